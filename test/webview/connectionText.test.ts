import assert from 'node:assert/strict';
import type { ConnectionState } from '../../src/extension/messages';
import { directionText, endpointsText, serverText } from '../../webview/table/connectionText';

const connection = (server: string, serverName?: string): ConnectionState =>
  ({ client: '10.0.0.5:51234', server, serverName }) as ConnectionState;

describe('names of connections', () => {
  it('leaves the usual port out', () => {
    assert.equal(serverText(connection('10.0.0.7:10000')), '10.0.0.7');
    assert.equal(serverText(connection('10.0.0.7:30000')), '10.0.0.7:30000');
  });

  it('prefers a name and copes with IPv6', () => {
    assert.equal(serverText(connection('10.0.0.7:10000', 'filer1')), 'filer1');
    assert.equal(serverText(connection('10.0.0.7:10001', 'filer1')), 'filer1:10001');
    assert.equal(serverText(connection('[2001:db8::7]:10000')), '2001:db8::7');
    assert.equal(serverText(connection('[2001:db8::7]:30000')), '[2001:db8::7]:30000');
  });

  it('writes the direction as an arrow between words', () => {
    const filer = connection('10.0.0.7:10000', 'filer1');
    assert.equal(directionText(filer, 'dma>server'), 'DMA → filer1');
    assert.equal(directionText(filer, 'server>dma'), 'filer1 → DMA');
    assert.equal(endpointsText(filer), '10.0.0.5:51234 → filer1 (10.0.0.7:10000)');
  });
});
