import type { OurRow } from './ourRows';

/** A case in which tshark 4.0.17 shows a wrong error of the body, or none, and what is right instead. */
export interface ErrorException {
  what: string;
  applies(row: OurRow): boolean;
  right(payload: Uint8Array): number | undefined;
}

/** The error is the first word of the body: bytes 24 to 27 of the record. */
const firstWord = (payload: Uint8Array): number => Buffer.from(payload).readUInt32BE(24);

/** The body is not there. */
const none = (): undefined => undefined;

export const ERROR_EXCEPTIONS: readonly ErrorException[] = [
  {
    what: 'NDMPv2 DATA_GET_STATE and TAPE_GET_STATE replies are read with the v3 layout, whose error is the second word',
    applies: (row) => row.version === 2 && row.kind === 'reply' && [0x302, 0x400].includes(row.code),
    right: firstWord,
  },
  {
    what: 'CONFIG_GET_BUTYPE_ATTR is unknown to tshark',
    applies: (row) => row.code === 0x101 && row.kind === 'reply',
    right: firstWord,
  },
  {
    what: 'DATA_START_RECOVER_FILEHIST is unknown to tshark',
    applies: (row) => row.code === 0x40b && row.kind === 'reply',
    right: firstWord,
  },
  {
    what: 'a reply whose header carries an error has no body',
    applies: (row) => row.headerError !== 0,
    right: none,
  },
];
