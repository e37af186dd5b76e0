import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AllowedClients } from '../../src/tap/allowed';
import { faultGate } from '../../src/tap/faults';
import { readTapFile, tapPlace } from '../../src/tap/folder';
import { RunningTap } from '../../src/tap/running';
import type { TapStatus } from '../../src/tap/status';
import { callControl, PlaceTaken, type ControlReply } from '../../src/transport/control/controlSocket';
import { readAll } from '../support/sockets';
import { TapBench, until } from '../support/taps';

describe('a tap in a folder', () => {
  let bench: TapBench;
  let folder: string;
  let running: RunningTap | undefined;
  beforeEach(() => {
    bench = new TapBench();
    folder = join(bench.folder, 'tap');
  });
  afterEach(async () => {
    await running?.stop('the test is over');
    running = undefined;
    await bench.stop();
  });

  async function start(withRecording = true): Promise<RunningTap> {
    const port = await bench.server((socket) => socket.pipe(socket));
    const options = {
      listen: [{ host: '127.0.0.1', port: 0 }],
      target: { host: '127.0.0.1', port },
      recording: withRecording ? bench.recording() : undefined,
      faults: faultGate({ name: '', seed: 1, faults: [] }),
    };
    running = await RunningTap.start(options, folder);
    return running;
  }

  async function ask(command: string, ...args: string[]): Promise<ControlReply> {
    const reply = await callControl(tapPlace(folder), command, args);
    assert.ok(reply, 'it answers');
    return reply;
  }
  const status = async (): Promise<TapStatus> => {
    const reply = await ask('status');
    assert.ok('data' in reply);
    return reply.data as unknown as TapStatus;
  };
  const refusal = (reply: ControlReply): string => ('refused' in reply ? reply.refused : '');

  it('says what it is, for its owner alone, and that it has stopped', async () => {
    const { tap } = await start();
    const file = readTapFile(folder);
    assert.equal(file?.pid, process.pid);
    assert.deepEqual(file?.listen, [`127.0.0.1:${tap.addresses[0].port}`]);
    assert.equal(file?.recording, join(bench.folder, 'recording.pcapng'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    await running?.stop('done');
    running = undefined;
    assert.equal(readTapFile(folder)?.stopped?.why, 'done');
    assert.equal(await callControl(tapPlace(folder), 'status', []), undefined);
  });

  it('shows connections and cuts them', async () => {
    const { tap } = await start();
    const client = await bench.dial(tap);
    client.write('hello');
    await until(() => tap.status().connections[0]?.bytes.toClient === 5, 'the echo has passed');
    const [connection] = (await status()).connections;
    assert.deepEqual([connection.id, connection.bytes], [1, { toTarget: 5, toClient: 5 }]);
    const ended = readAll(client);
    await ask('cut', '1', 'rst');
    assert.equal((await ended).broke, true);
    assert.match(refusal(await ask('cut', '1')), /No connection 1 is open/);
    assert.match(refusal(await ask('cut', '1', 'softly')), /fin or rst/);
  });

  it('takes faults, shows and forgets them', async () => {
    await start();
    const fault = JSON.stringify({ on: { message: 'NDMP_TAPE_OPEN' }, do: 'drop' });
    assert.deepEqual(await ask('add-faults', fault), { text: ['Fault 1 is there.'], data: { ids: [1] } });
    await ask('add-faults', `[${fault}]`);
    assert.deepEqual(
      (await status()).faults.map(({ id }) => id),
      [1, 2],
    );
    await ask('remove-fault', '1');
    assert.match(refusal(await ask('remove-fault', '1')), /no fault 1/);
    assert.match(refusal(await ask('add-faults', '{"do":"dance"}')), /cannot be used/);
    assert.match(refusal(await ask('add-faults', '{')), /no JSON/);
    await ask('clear-faults');
    assert.deepEqual((await status()).faults, []);
  });

  it('begins the next file of its recording when it is asked to', async () => {
    await start();
    await ask('rotate');
    assert.equal((await status()).recording?.files.length, 2);
    await until(() => readTapFile(folder)?.recordings.length === 2, 'it says so');
    assert.ok(existsSync(join(bench.folder, 'recording-0002.pcapng')));
  });

  it('refuses what it does not know', async () => {
    await start(false);
    assert.match(refusal(await ask('dance')), /knows no command "dance"/);
    assert.match(refusal(await ask('cut')), /takes connection/);
    assert.match(refusal(await ask('rotate')), /records nothing/);
  });

  it('stops when it is asked to', async () => {
    const { asked } = await start();
    assert.deepEqual(await ask('stop'), { text: ['The tap stops.'], data: { done: 'The tap stops.' } });
    assert.equal(await asked, 'asked to stop');
  });

  it('is one at a time', async () => {
    const { tap } = await start();
    await assert.rejects(RunningTap.start({ ...tap.options, listen: [] }, folder), PlaceTaken);
  });

  it('is not made up by any file', () => {
    assert.equal(readTapFile(bench.folder), undefined);
    for (const text of [
      '',
      '[]',
      'null',
      '{"format":1}',
      '{"format":2,"pid":1}',
      '{"format":1,"pid":1,"target":"x","started":"x","listen":[1],"recordings":[]}',
    ]) {
      writeFileSync(join(bench.folder, 'tap.json'), text);
      assert.equal(readTapFile(bench.folder), undefined, text);
    }
  });
});

describe('clients of a tap', () => {
  it('are this machine and those that are named', () => {
    const none = new AllowedClients();
    for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) assert.ok(none.has(address), address);
    for (const address of ['192.0.2.7', '2001:db8::7', '', 'x']) assert.equal(none.has(address), false, address);
    const some = new AllowedClients(['192.0.2.0/24', '2001:db8::/32', '198.51.100.9']);
    for (const address of ['192.0.2.7', '2001:db8::7', '198.51.100.9', '::ffff:192.0.2.200'])
      assert.ok(some.has(address), address);
    for (const address of ['192.0.3.1', '2001:db9::7', '198.51.100.8']) assert.equal(some.has(address), false, address);
  });

  it('are not named by anything', () => {
    for (const wrong of ['x', '192.0.2.0/33', '192.0.2', '2001:db8::/129', '1.2.3.4/', '/8', ''])
      assert.throws(() => new AllowedClients([wrong]), /is no address/, wrong);
  });
});
