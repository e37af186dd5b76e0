/**
 * What an expert finds in the captures of the collection, by their README and the decodes beside them: the rules, errors
 * before warnings, with how often. Notes and passwords in clear text, which the README names for each capture anyway, are
 * left out; a capture that is not listed holds nothing but those. Edited captures that keep all messages of a recording
 * are to give what the recording gives.
 */
export interface Expected {
  error?: Record<string, number>;
  warning?: Record<string, number>;
}

const logins: Expected = {
  // wrong password as text, as digest, wrong user, no authentication: told once for the three versions that try it
  error: { 'login-refused': 4, 'not-authenticated': 1 },
};
const lostTape: Expected = { warning: { retransmissions: 2 } };
const ownLogin: Expected = { error: { 'login-refused': 2 } };
const dataTest: Expected = {
  // ABORT and STOP in IDLE; LISTEN and STOP in LISTEN, each tried over LOCAL and TCP
  error: { 'illegal-state': 4 },
  // the address type 123 that is tried last
  warning: { 'undefined-value': 1 },
};
const moverTest: Expected = {
  // CONTINUE, ABORT, STOP and CLOSE in IDLE
  error: { 'illegal-state': 4 },
  // SET_WINDOW in IDLE is refused: the server wants it after LISTEN, and the test stops there
  warning: { 'legal-request-refused': 1 },
};
const tapeTest: Expected = {
  // no tape open, a second one, a device that does not exist; at the end the lock of the first run (twice)
  error: { 'device-misuse': 4, 'device-refused': 3 },
  // the mode 123; a write on a tape opened for reading, a read of an impossible size
  warning: { 'undefined-value': 1, 'tape-error': 2 },
};
const robot: Expected = {
  error: { 'device-refused': 1 },
  // INITIALIZE ELEMENT STATUS is not supported; a move from an empty slot, two to full ones
  warning: { 'request-refused': 1, 'changer-error': 3 },
};
const incomplete: Expected = { warning: { 'capture-incomplete': 1 } };
const garbled: Expected = { error: { 'unreadable-bytes': 1 } };
const misencoded: Expected = { error: { 'undecodable-message': 1 } };

export const expected: Record<string, Expected> = {
  'auth-failures.pcap': logins,
  'edited-port-reuse.pcap': logins,
  'client-killed.pcap': { error: { 'connection-lost': 1 } },
  'server-killed.pcap': { error: { 'connection-lost': 1 } },
  'job-failures.pcap': {
    // in v4, then in v3: no such tape, write-protected, busy; unknown backup type; bad record size (MEDIA_ERROR)
    error: { 'device-refused': 6, 'operation-refused': 2, 'job-failed': 2 },
    // tidying up after the refusal: STOP in CONNECTED, and an end without ABORT; the source directory that is missing;
    // the v3 server posts the v4 reason MEDIA_ERROR and tells -1 in its state
    warning: { 'illegal-state': 2, 'missing-stop': 2, 'empty-backup': 2, 'undefined-value': 2 },
  },
  'multitape-out-of-tapes.pcap': { warning: { 'job-aborted': 1 } },
  'window-end-pause.pcap': { warning: { 'job-aborted': 2 } },
  'swap-connect.pcap': {
    // DATA_LISTEN answered NOT_SUPPORTED; the tape of the job before is still locked, twice
    error: { 'data-connection-refused': 1, 'device-refused': 2 },
  },
  'loss-after-capture.pcap': lostTape,
  'edited-duplicated.pcap': lostTape,
  'ndmpd-query-v3.pcap': ownLogin,
  'ndmpd-query-v4.pcap': ownLogin,
  'ndmpd-swap-connect-v3.pcap': {
    // the tape server refuses SET_WINDOW in IDLE, the DMA leaves the data server in LISTEN
    warning: { 'legal-request-refused': 1, 'missing-stop': 1 },
  },
  'ndmpd-swap-connect-v4.pcap': {
    // two threads of the server write at once: two log posts are torn, and the reply between them never comes
    error: { 'missing-reply': 1 },
    warning: { 'nonconforming-encoding': 1, 'missing-stop': 2 },
  },
  'ndmpd-threeway-v3.pcap': { warning: { 'server-error-message': 1 } },
  'ndmpd-threeway-v4.pcap': {
    // the same two threads: a reply sent twice, to which the DMA answers with a reply of its own
    warning: { 'unmatched-reply': 1, 'wrong-sender': 1, 'server-error-message': 1 },
  },
  'ndmpd-test-data-v3.pcap': dataTest,
  'ndmpd-test-data-v4.pcap': dataTest,
  'test-data.pcap': {
    // ABORT and STOP in IDLE in each of v4, v3, v2; DATA_LISTEN not supported in v4 and v3
    error: { 'illegal-state': 6, 'data-connection-refused': 2 },
  },
  'test-mover-v2.pcap': moverTest,
  'test-mover-v3.pcap': moverTest,
  'test-mover-v4.pcap': {
    // four requests in IDLE, five in LISTEN; LISTEN without a tape, and with one that is opened for reading
    error: { 'illegal-state': 9, 'mover-arguments': 2 },
    // a window without a record size, an empty one, LISTEN without one; the mode 123 and the address type 123
    warning: { 'mover-arguments-accepted': 3, 'undefined-value': 2 },
  },
  'test-tape-v2.pcap': tapeTest,
  'test-tape-v3.pcap': tapeTest,
  'test-tape-v4.pcap': tapeTest,
  'robot-v2.pcap': robot,
  'robot-v4.pcap': robot,
  'nmap-service-scan.pcap': garbled,
  'snaplen.pcap': incomplete,
  'edited-lost-segments.pcap': incomplete,
  'edited-pcapng-truncated.pcapng': incomplete,
  'edited-truncated-in-header.pcap': incomplete,
  'edited-truncated-in-packet.pcap': incomplete,
  'edited-start-mid-message.pcap': incomplete,
  'edited-corrupt-array-count.pcap': misencoded,
  'edited-corrupt-string-length.pcap': misencoded,
  'edited-corrupt-trailing-bytes.pcap': misencoded,
  'edited-corrupt-enum-values.pcap': { warning: { 'undefined-error': 1 } },
  'edited-corrupt-error-code.pcap': { warning: { 'header-error-with-body': 1 } },
  'edited-corrupt-message-code.pcap': { warning: { 'unknown-message': 1 } },
  'edited-corrupt-message-type.pcap': garbled,
  'edited-corrupt-record-length-huge.pcap': garbled,
  'edited-corrupt-record-length-short.pcap': garbled,
  'edited-corrupt-record-length-zero.pcap': garbled,
  'edited-corrupt-reply-sequence.pcap': { error: { 'unmatched-reply': 1 } },
};

/** Damage by chance: only that something is found, and nothing breaks. */
export const ANYTHING = ['edited-corrupt-random-bytes.pcap'];

/** In the edited captures with a recording's messages in another order or form, all else is the recording's. */
export const LEFT_OUT = ['clear-text-password'];
