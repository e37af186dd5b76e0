/** Where a field stands in a command block: offset and bytes, big-endian. */
type Place = readonly [offset: number, bytes: number];

interface Layout {
  readonly code: number;
  readonly length: 6 | 10 | 12;
  readonly fields: Readonly<Record<string, Place>>;
}

/** The commands that a media changer is driven by (SPC-4, SMC-3; protocol facts 7.8). */
const COMMANDS = {
  TEST_UNIT_READY: { code: 0x00, length: 6, fields: {} },
  REQUEST_SENSE: { code: 0x03, length: 6, fields: { room: [4, 1] } },
  INITIALIZE_ELEMENT_STATUS: { code: 0x07, length: 6, fields: {} },
  /** `vital` is 1 for a page of vital product data. */
  INQUIRY: { code: 0x12, length: 6, fields: { vital: [1, 1], page: [2, 1], room: [3, 2] } },
  /** `noBlocks` is 8: no block descriptors. */
  MODE_SENSE: { code: 0x1a, length: 6, fields: { noBlocks: [1, 1], page: [2, 1], room: [4, 1] } },
  /** Source to destination; transport 0 lets the changer choose its arm. */
  MOVE_MEDIUM: { code: 0xa5, length: 12, fields: { transport: [2, 2], source: [4, 2], destination: [6, 2] } },
  /** `what` is the element type, 0 for all, and 0x10 for volume tags; `options` has 1 for device identifiers. */
  READ_ELEMENT_STATUS: {
    code: 0xb8,
    length: 12,
    fields: { what: [1, 1], start: [2, 2], count: [4, 2], options: [6, 1], room: [7, 3] },
  },
} as const satisfies Record<string, Layout>;

export type ScsiCommandName = keyof typeof COMMANDS;
export type ScsiFields<N extends ScsiCommandName> = Partial<Record<keyof (typeof COMMANDS)[N]['fields'], number>>;

/** The command block of a command; fields that are left out are zero. */
export function commandBlock<N extends ScsiCommandName>(name: N, values: ScsiFields<N> = {}): Uint8Array {
  const { code, length, fields }: Layout = COMMANDS[name];
  const block = new Uint8Array(length);
  block[0] = code;
  for (const [field, value] of Object.entries(values as Readonly<Record<string, number>>)) {
    const [offset, bytes] = fields[field];
    for (let n = 0; n < bytes; n++) block[offset + n] = (value >>> (8 * (bytes - 1 - n))) & 0xff;
  }
  return block;
}
