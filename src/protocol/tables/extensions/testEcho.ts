import { error, str, struct, u16 } from '../../schema';
import { message } from '../message';

/** Extension test, class 0x7FF0 versions 1 and 2 (NDMPv4 draft, appendix B). Version 2 adds a short to both bodies. */
export const testEchoMessages = [
  message({
    code: 0x7ff00000,
    name: 'NDMP_TEST_ECHO',
    interface: 'extension',
    doc: 'Sends a text that the server sends back: a test of the extension mechanism.',
    bodies: { 4: { request: struct({ echo_msg: str }), reply: struct({ error, echo_msg: str }) } },
    variants: {
      request: [{ schema: struct({ echo_msg: str, echo_short: u16 }) }],
      reply: [{ schema: struct({ error, echo_msg: str, echo_short: u16 }) }],
    },
  }),
] as const;
