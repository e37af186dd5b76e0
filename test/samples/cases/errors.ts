import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample } from '../talk';
import { list, quad, structs, text, word } from '../xdr';

/** Replies whose header carries an error that only NDMPv4 has, 24 to 30. */
export function v4HeaderErrors(sample: Sample): void {
  const talk = sample.talk({ address: '192.0.2.5', port: 50_301 }, { address: '192.0.2.20', port: 10_000 }, 4);
  logIn(talk, 4);
  const everything = [quad('offset', 0n), quad('length', 0xffff_ffff_ffff_ffffn)];
  const answers: [
    request: Parameters<typeof talk.request>[1],
    body: Parameters<typeof talk.request>[2],
    error: number,
  ][] = [
    [CODES.dataStop, [], 24],
    [CODES.moverRead, everything, 25],
    [CODES.moverSetWindow, everything, 26],
    [CODES.setExtList, [structs('selected', [[word('class_id', 0x2053), word('version', 1)]])], 27],
    [CODES.setExtList, [structs('selected', [[word('class_id', 0x2052), word('version', 9)]])], 28],
    [CODES.setExtList, [list('selected', [])], 29],
    [CODES.getExtList, [], 30],
  ];
  answers.forEach(([code, body, headerError], turn) => {
    const request = talk.request(0.1 + turn / 10, code, body);
    talk.reply(0.103 + turn / 10, request, [], { headerError });
  });
  talk.close(1);
}

/**
 * A server that posts while it works: its own message 7 comes between the request with number 7 and the reply to it, which
 * takes 6 seconds.
 */
export function replyTimes(sample: Sample): void {
  const talk = sample.talk({ address: '192.0.2.5', port: 50_302 }, { address: '192.0.2.20', port: 10_000 }, 4);
  logIn(talk, 4);
  const size = talk.request(0.1, CODES.moverSetRecordSize, [word('len', 65_536)], { sequence: 6 });
  talk.reply(0.2, size, [], { sequence: 5 });
  const abort = talk.request(1, CODES.dataAbort);
  const log = [word('log_type', 3, 'WARNING'), word('message_id', 1), text('entry', 'DUMP: aborting')];
  const alone = [word('associated_message_valid', 0, 'NO'), word('associated_message_sequence', 0)];
  talk.post(3, CODES.logMessage, [...log, ...alone]);
  talk.post(6, CODES.notifyDataHalted, [word('reason', 2, 'ABORTED')]);
  talk.reply(7, abort);
  const stop = talk.request(7.5, CODES.dataStop);
  talk.reply(7.6, stop);
  talk.close(8);
}
