/**
 * Captures in which messages are damaged, cut or missing: what a reader should show is a decision, and this is ours. The
 * sentence of each says it and why; the way of checking it is in policy.test.ts.
 */
export type Policy =
  | { check: 'damaged-frames'; base: string; sentence: string }
  | { check: 'as-tshark'; sentence: string }
  | { check: 'own'; sentence: string };

const DAMAGED =
  'the damaged message is shown or named where it stands, and every message that lies whole in undamaged packets is shown';

export const POLICIES: Record<string, Policy> = {
  'edited-corrupt-array-count': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `an array count past the record: ${DAMAGED}`,
  },
  'edited-corrupt-enum-values': {
    check: 'damaged-frames',
    base: 'local-v4',
    sentence: `unknown states are shown as numbers: ${DAMAGED}`,
  },
  'edited-corrupt-error-code': {
    check: 'damaged-frames',
    base: 'local-v4',
    sentence: `an unknown error in the header: ${DAMAGED}`,
  },
  'edited-corrupt-message-code': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `an unknown message code: ${DAMAGED}`,
  },
  'edited-corrupt-message-type': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `neither request nor reply: ${DAMAGED}`,
  },
  'edited-corrupt-random-bytes': {
    check: 'damaged-frames',
    base: 'local-v4',
    sentence: `changed bytes anywhere: ${DAMAGED}`,
  },
  'edited-corrupt-record-length-huge': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `a record mark of 2 GB does not swallow the rest of the connection: ${DAMAGED}`,
  },
  'edited-corrupt-record-length-short': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `a record shorter than a header: ${DAMAGED}`,
  },
  'edited-corrupt-record-length-zero': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `a record of no bytes: ${DAMAGED}`,
  },
  'edited-corrupt-reply-sequence': {
    check: 'damaged-frames',
    base: 'local-v4',
    sentence: `a reply to no request is shown unpaired: ${DAMAGED}`,
  },
  'edited-corrupt-string-length': {
    check: 'damaged-frames',
    base: 'query-v4',
    sentence: `a string length past the record: ${DAMAGED}`,
  },
  'edited-corrupt-trailing-bytes': {
    check: 'damaged-frames',
    base: 'local-v4',
    sentence: `a record mark 4 bytes too small: ${DAMAGED}`,
  },
  'edited-data-on-port-10000': {
    check: 'as-tshark',
    sentence: 'an image stream on port 10000 gives no messages: ports do not make NDMP, content does',
  },
  'edited-lost-segments': {
    check: 'as-tshark',
    sentence: 'messages in lost packets are missing, the gap is named, and everything after it is read on',
  },
  'edited-server-side-only': {
    check: 'as-tshark',
    sentence: 'half a conversation is shown as it is: posts and replies without their requests',
  },
  'edited-truncated-in-header': {
    check: 'as-tshark',
    sentence: 'a file that ends in a packet header gives every packet before it, and the cut is named',
  },
  'edited-truncated-in-packet': {
    check: 'as-tshark',
    sentence: 'a file that ends in a packet gives every packet before it, and the cut is named',
  },
  'edited-pcapng-truncated': {
    check: 'as-tshark',
    sentence: 'a file that ends in a block gives every block before it, and the cut is named',
  },
  'edited-empty': { check: 'own', sentence: 'a capture without packets opens and has no messages' },
  'edited-headers-only': { check: 'own', sentence: 'a capture without any payload opens and has no messages' },
  'edited-start-missing': {
    check: 'own',
    sentence: 'a connection whose beginning was not captured is read from its first whole message on',
  },
  'edited-start-mid-message': {
    check: 'own',
    sentence: 'a connection captured from the middle of a message is read from the next message on',
  },
  'nmap-service-scan': {
    check: 'own',
    sentence: 'a client that speaks something else makes no messages, the server that answers it does',
  },
  snaplen: {
    check: 'own',
    sentence:
      'a message cut by the snap length is shown as far as it was captured, its header first of all, and the cut is named',
  },
};
