import { createHash } from 'node:crypto';
import type { End } from '../wire';
import { BUTYPE_INFO, EXTENSIONS, hostInfo, SERVER_INFO, type NodeName } from './cluster';
import type { Speaker } from './speaker';

const CLASS_CAB = 0x2052;
const PASSWORD = 'jWZiNt57huPOoD8d';

/** The DMA's ends of connections, a port each. */
export function dmaEnd(address: string, number: number): End {
  return { address, port: 40_100 + number };
}

/** Greeting, version, server info, MD5 login and host info. `host`: the node that the server says it is. */
export function logIn(speaker: Speaker, host: NodeName, user = 'backup'): void {
  speaker.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 4, text_reason: '' });
  speaker.ask('NDMP_CONNECT_OPEN', { protocol_version: 4 }, { error: 0 });
  speaker.ask('NDMP_CONFIG_GET_SERVER_INFO', {}, SERVER_INFO);
  const challenge = createHash('sha512').update(`${host}${user}`).digest();
  speaker.ask(
    'NDMP_CONFIG_GET_AUTH_ATTR',
    { auth_type: 2 },
    { error: 0, server_attr: { type: 2, challenge: new Uint8Array(challenge) } },
  );
  const auth_data = { type: 2 as const, auth_id: user, auth_digest: digest(PASSWORD, challenge) };
  speaker.ask('NDMP_CONNECT_CLIENT_AUTH', { auth_data }, { error: 0 }, { takes: 0.012 });
  speaker.ask('NDMP_CONFIG_GET_HOST_INFO', {}, hostInfo(host));
}

/** MD5 over password, zeros, challenge, zeros and password, 128 bytes in all. */
function digest(password: string, challenge: Uint8Array): Uint8Array {
  const secret = Buffer.from(password);
  const message = Buffer.alloc(128);
  secret.copy(message, 0);
  message.set(challenge, 64 - secret.length);
  secret.copy(message, 128 - secret.length);
  return new Uint8Array(createHash('md5').update(message).digest());
}

/** Asks for the extension classes and selects snapshot management, IPv6 and Cluster Aware Backup. */
export function selectCab(speaker: Speaker): void {
  speaker.ask('NDMP_CONFIG_GET_EXT_LIST', {}, EXTENSIONS);
  const selected = [
    { class_id: 0x2050, version: 3 },
    { class_id: 0x2051, version: 1 },
    { class_id: CLASS_CAB, version: 1 },
  ];
  speaker.ask('NDMP_CONFIG_SET_EXT_LIST', { selected }, { error: 0 });
}

/** Asks which data connections and backup types there are. */
export function askAbilities(speaker: Speaker, types: readonly number[]): void {
  speaker.ask('NDMP_CONFIG_GET_CONNECTION_TYPE', {}, { error: 0, addr_types: [...types] });
  speaker.ask('NDMP_CONFIG_GET_BUTYPE_INFO', {}, BUTYPE_INFO);
}
