import assert from 'node:assert/strict';
import { inventoryOf, movesBetween } from '../../../src/analysis/affinity';
import { Analysis } from '../../../src/analysis/analysis';
import { fsInfo, moved, VOLUMES, type Volume } from '../../samples/cab/cluster';
import { logIn, selectCab } from '../../samples/cab/opening';
import { NONE, told } from './support';

function inventory(volumes: readonly Volume[], given = true) {
  return inventoryOf(
    new Analysis(
      told((story) => {
        const speaker = story.connect('192.0.2.50');
        logIn(speaker, 'cluster1-01');
        selectCab(speaker);
        speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(volumes, given));
        speaker.close();
      }),
    ),
  );
}

describe('affinity: moves from one capture to a later one', () => {
  it('are volumes of one name and another affinity', () => {
    const { shared, moves } = movesBetween(inventory(VOLUMES), inventory(moved('/vs1/vol1', 'cluster1-02')), NONE);
    assert.equal(shared, true);
    assert.deepEqual(
      moves.map(({ name, from, to }) => [name, from, to]),
      [['/vs1/vol1', 'X-SIM-AFFINITY=7f3a91d2c05e44c1', 'X-SIM-AFFINITY=b20e6f77a3181d94']],
    );
  });

  it('are none where nothing moved, or an affinity is only missing', () => {
    assert.deepEqual(movesBetween(inventory(VOLUMES), inventory(VOLUMES), NONE).moves, []);
    assert.deepEqual(movesBetween(inventory(VOLUMES), inventory(VOLUMES, false), NONE), { shared: false, moves: [] });
  });

  it('are not claimed where the captures have no affinity in common', () => {
    const other = VOLUMES.map((volume): Volume => ({ ...volume, node: 'cluster1-02' }));
    const only = VOLUMES.slice(0, 1);
    assert.deepEqual(movesBetween(inventory(only), inventory(other.slice(0, 1)), NONE), { shared: false, moves: [] });
  });
});
