/** Names that ndmjob's printers give to fields of our tables. */
export const NDMJOB_NAMES: Readonly<Record<string, readonly string[]>> = {
  protocol_version: ['version'],
  operation: ['op'],
  tape_op: ['op'],
  bu_type: ['butype_name'],
  name: ['bu_type'],
  bytes_left_to_read: ['to_read'],
  window_offset: ['win_off'],
  window_length: ['win_len'],
  seek_position: ['seek'],
  data_connection_addr: ['data_conn_addr', 'connect_addr'],
  connect_addr: ['data_conn_addr'],
  addr_types: ['methods'],
  cdb: ['cmd'],
  ext_sense: ['sense'],
  entry: ['message'],
  message_id: ['id'],
  unsupported: ['invalid'],
  fh_info: ['fhinfo', 'fhi'],
  unix_name: ['unix'],
  other_name: ['other'],
  nlist: ['nl'],
  env: [''],
  files: [''],
  dirs: [''],
  nodes: [''],
  paths: [''],
  names: ['name'],
  stats: ['stat'],
};

/** Printed in hexadecimal without a prefix. */
export const NDMJOB_HEX: ReadonlySet<string> = new Set(['invalid', 'unsupported', 'status']);

/** Entries of v2 file history, which stand there without names. */
export const POSITIONAL: Readonly<Record<number, { pattern: RegExp; fields: readonly string[] }>> = {
  0x700: {
    pattern: /^\s*(\S+)\s+(-?\d+) (.*) \[(-?\d+)\]$/s,
    fields: ['ftype', 'size', 'name', 'fh_info'],
  },
  0x701: { pattern: /^\s*(-?\d+) (-?\d+) (.*)$/s, fields: ['node', 'parent', 'name'] },
  0x702: { pattern: /^\s*(\S+)\s+(-?\d+) (-?\d+) \[(-?\d+)\]$/, fields: ['ftype', 'size', 'node', 'fh_info'] },
};
