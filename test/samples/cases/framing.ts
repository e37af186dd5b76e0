import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample, Talk } from '../talk';
import { opaque, text, word } from '../xdr';

const DMA = { address: '192.0.2.5', port: 50_201 };
const FILER = '192.0.2.20';

const HOST = [
  text('hostname', 'filer1'),
  text('os_type', 'Unix'),
  text('os_vers', '5.1'),
  text('hostid', '0000000001'),
];

function askHost(talk: Talk, seconds: number): void {
  const info = talk.request(seconds, CODES.hostInfo);
  talk.reply(seconds + 0.001, info, HOST);
}

/** Both sides on the port of NDMP over TLS, without TLS. */
export function port30000(sample: Sample): void {
  const talk = sample.talk(DMA, { address: FILER, port: 30_000 }, 4);
  logIn(talk, 4);
  askHost(talk, 0.1);
  talk.close(0.2);
}

/** A server that was given a port of its own. */
export function anyPort(sample: Sample): void {
  const talk = sample.talk(DMA, { address: FILER, port: 41_952 }, 3);
  logIn(talk, 3);
  askHost(talk, 0.1);
  talk.close(0.2);
}

/** Clocks that nobody set: 1970, 1975, 2031 and the end of the 32 bits. */
export function headerClocks(sample: Sample): void {
  const talk = sample.talk(DMA, { address: FILER, port: 10_000 }, 4);
  logIn(talk, 4);
  [0, 157_766_400, 1_924_992_000, 0xffffffff].forEach((clock, turn) => {
    const info = talk.request(0.1 + turn / 10, CODES.hostInfo, [], { clock });
    talk.reply(0.101 + turn / 10, info, HOST, { clock });
  });
  talk.close(1);
}

/** One tape record of 1.25 MB, as modern drives take them, written and answered. */
export function largeRecord(sample: Sample): void {
  const talk = sample.talk(DMA, { address: '192.0.2.30', port: 10_000 }, 4, { segmentBytes: 32_768 });
  logIn(talk, 4);
  const open = talk.request(0.1, CODES.tapeOpen, [text('device', 'nrst0a'), word('mode', 1, 'RDWR')]);
  talk.reply(0.2, open);
  const block = Buffer.alloc(1_310_720, 'NDMP Workbench ');
  const write = talk.request(0.3, CODES.tapeWrite, [opaque('data_out', block)], {
    shown: { data_out: `${block.length} bytes` },
  });
  talk.reply(0.4, write, [word('count', block.length)]);
  const close = talk.request(0.5, CODES.tapeClose);
  talk.reply(0.6, close);
  talk.close(1);
}
