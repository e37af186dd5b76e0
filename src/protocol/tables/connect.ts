import { error, struct, u16 } from '../schema';
import { errorOnly, message, nothing, v2v3v4 } from './message';
import { authAttributes, authData } from './types';

/** Connect interface (NDMPv4 draft, section 3.1). */
export const connectMessages = [
  message({
    code: 0x900,
    name: 'NDMP_CONNECT_OPEN',
    interface: 'connect',
    doc: 'Asks for a protocol version, no higher than the one the server announced; refused with ILLEGAL_ARGS.',
    bodies: v2v3v4({ request: struct({ protocol_version: u16 }), reply: errorOnly }),
  }),
  message({
    code: 0x901,
    name: 'NDMP_CONNECT_CLIENT_AUTH',
    otherNames: ['NDMP_CONNECT_AUTH'],
    interface: 'connect',
    doc: 'Authenticates the DMA to the server.',
    bodies: v2v3v4({ request: struct({ auth_data: authData }), reply: errorOnly }),
  }),
  message({
    code: 0x902,
    name: 'NDMP_CONNECT_CLOSE',
    interface: 'connect',
    doc: 'Ends the session; there is no reply.',
    bodies: v2v3v4({ request: nothing }),
  }),
  message({
    code: 0x903,
    name: 'NDMP_CONNECT_SERVER_AUTH',
    interface: 'connect',
    doc: 'Asks the server to authenticate itself to the DMA; rarely implemented.',
    bodies: v2v3v4({
      request: struct({ client_attr: authAttributes }),
      reply: struct({ error, server_result: authData }),
    }),
  }),
] as const;
