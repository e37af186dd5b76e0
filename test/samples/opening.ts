import { CODES } from './codes';
import type { Talk } from './talk';
import { group, text, word } from './xdr';

/** Connects, negotiates `version` and logs in as `ndmp`, all within 6 ms after `seconds`. */
export function logIn(talk: Talk, version: 2 | 3 | 4, seconds = 0): void {
  talk.connect(seconds);
  const connected = version === 4 ? CODES.notifyConnectionStatus : CODES.notifyConnected;
  const status = [word('reason', 0, 'CONNECTED'), word('protocol_version', 4), text('text_reason', '')];
  talk.post(seconds + 0.001, connected, status);
  const open = talk.request(seconds + 0.002, CODES.connectOpen, [word('protocol_version', version)]);
  talk.reply(seconds + 0.003, open);
  const user = [word('type', 1, 'TEXT'), text('auth_id', 'ndmp'), text('auth_password', 'secret')];
  const auth = talk.request(seconds + 0.004, CODES.connectClientAuth, [group('auth_data', user)]);
  talk.reply(seconds + 0.005, auth);
}
