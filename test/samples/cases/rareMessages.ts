import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample, Talk } from '../talk';
import { fixed, group, opaque, quad, text, word } from '../xdr';

const DMA = { address: '192.0.2.5', port: 50_701 };
const TAPE_SERVER = { address: '192.0.2.30', port: 10_000 };
const CHALLENGE = Buffer.from(Array.from({ length: 64 }, (_unused, at) => at));

/** Messages that hardly any program sends, in NDMPv3: the SCSI target messages and the server's own authentication. */
export function rareVersion3(sample: Sample): void {
  const talk = sample.talk(DMA, TAPE_SERVER, 3);
  logIn(talk, 3);
  const open = talk.request(0.1, CODES.scsiOpen, [text('device', 'mc0')]);
  talk.reply(0.101, open);
  const target = [word('target_controller', 0), word('target_id', 5), word('target_lun', 1)];
  const set = talk.request(0.2, CODES.scsiSetTarget, [text('device', 'mc0'), ...target]);
  talk.reply(0.201, set);
  const state = talk.request(0.3, CODES.scsiGetState);
  talk.reply(0.301, state, [word('target_controller', -1), word('target_id', 5), word('target_lun', 1)]);
  const bus = talk.request(0.4, CODES.scsiResetBus);
  talk.reply(0.42, bus);
  talk.post(0.5, CODES.logFile, [text('name', '/etc/passwd'), word('error', 5, 'PERMISSION')]);
  close(talk, 0.6);
}

/** The same for NDMPv4, with DATA_GET_STATE estimates and the per-file results of a recovery. */
export function rareVersion4(sample: Sample): void {
  const talk = sample.talk({ ...DMA, port: 50_702 }, TAPE_SERVER, 4);
  logIn(talk, 4, 10);
  serverAuthentication(talk);
  const scsi = talk.request(10.2, CODES.scsiOpen, [text('device', 'mc0')]);
  talk.reply(10.201, scsi);
  const reset = talk.request(10.21, CODES.scsiResetDevice);
  talk.reply(10.25, reset);
  const scsiClose = talk.request(10.26, CODES.scsiClose);
  talk.reply(10.261, scsiClose);
  tapeCommand(talk);
  const state = talk.request(10.4, CODES.dataGetState);
  talk.replyWith(10.401, state, stateWithEstimates(), { error: 0 });
  talk.post(10.5, CODES.logFile, [text('name', '/home/a'), word('recovery_status', 0, 'SUCCESSFUL')]);
  talk.post(10.51, CODES.logFile, [text('name', '/home/b'), word('recovery_status', 2, 'FAILED_NOT_FOUND')]);
  const log = talk.post(10.52, CODES.logMessage, logMessage('writing /home/c', 0, 0));
  talk.post(10.53, CODES.logMessage, logMessage('disk full', 1, log.sequence));
  close(talk, 10.6);
}

function serverAuthentication(talk: Talk): void {
  const challenge = group('client_attr', [word('type', 2, 'MD5'), fixed('challenge', CHALLENGE)]);
  const request = talk.request(10.1, CODES.connectServerAuth, [challenge]);
  const digest = Buffer.from('70a332cc22e42742ea3fe70e383273c9', 'hex');
  const result = [word('type', 2, 'MD5'), text('auth_id', 'filer1'), fixed('auth_digest', digest)];
  talk.reply(10.101, request, [group('server_result', result)]);
}

function tapeCommand(talk: Talk): void {
  const request = talk.request(10.3, CODES.tapeExecuteCdb, [
    word('flags', 1, ['DATA_IN']),
    word('timeout', 300_000),
    word('datain_len', 36),
    opaque('cdb', Buffer.from('120000002400', 'hex')),
    opaque('dataout', Buffer.alloc(0)),
  ]);
  const inquiry = Buffer.concat([Buffer.from('0180050220000000', 'hex'), Buffer.from('SAMPLE  TAPE DRIVE      0001')]);
  talk.reply(10.31, request, [
    word('status', 0),
    word('dataout_len', 0),
    opaque('datain', inquiry),
    opaque('ext_sense', Buffer.alloc(0)),
  ]);
}

function stateWithEstimates() {
  return [
    word('unsupported', 0, []),
    word('error', 0, 'NO_ERR'),
    word('operation', 1, 'BACKUP'),
    word('state', 1, 'ACTIVE'),
    word('halt_reason', 0, 'NA'),
    quad('bytes_processed', 6_000_000_000n),
    quad('est_bytes_remain', 18_000_000_000n),
    word('est_time_remain', 540),
    group('data_connection_addr', [word('type', 0, 'LOCAL')]),
    quad('read_offset', 0n),
    quad('read_length', 0n),
  ];
}

function logMessage(entry: string, valid: number, sequence: number) {
  return [
    word('log_type', 0, 'NORMAL'),
    word('message_id', 12),
    text('entry', entry),
    word('associated_message_valid', valid, valid === 1 ? 'YES' : 'NO'),
    word('associated_message_sequence', sequence),
  ];
}

/** CONNECT_CLOSE has no reply; the server says goodbye with a post and both hang up. */
function close(talk: Talk, seconds: number): void {
  talk.request(seconds, CODES.connectClose);
  talk.close(seconds + 0.01);
}
