import { array, doc, str, struct, u64 } from '../schema';
import { message, v3v4 } from './message';
import { fileName, fileStatV3, fileStatV4, node, node32, position, unixStat } from './types';

const names = doc(array(fileName), 'One name for each name space of the file server.');
const parent = doc(u64, 'Node number of the directory that holds the entry.');

/** File history interface: posts of the server (NDMPv4 draft, section 3.9). */
export const fileHistoryMessages = [
  message({
    code: 0x700,
    name: 'NDMP_FH_ADD_UNIX_PATH',
    interface: 'fh',
    doc: 'File history by path (v2; later FH_ADD_FILE).',
    bodies: { 2: { post: struct({ paths: array(struct({ name: str, fstat: unixStat }, { label: '{name}' })) }) } },
  }),
  message({
    code: 0x701,
    name: 'NDMP_FH_ADD_UNIX_DIR',
    interface: 'fh',
    doc: 'File history: directory entries (v2; later FH_ADD_DIR).',
    bodies: {
      2: { post: struct({ dirs: array(struct({ name: str, node: node32, parent: node32 }, { label: '{name}' })) }) },
    },
  }),
  message({
    code: 0x702,
    name: 'NDMP_FH_ADD_UNIX_NODE',
    interface: 'fh',
    doc: 'File history: attributes of nodes (v2; later FH_ADD_NODE).',
    bodies: {
      2: { post: struct({ nodes: array(struct({ fstat: unixStat, node: node32 }, { label: 'node {node}' })) }) },
    },
  }),
  message({
    code: 0x703,
    name: 'NDMP_FH_ADD_FILE',
    interface: 'fh',
    doc: 'File history by path: names, attributes and position of the files backed up.',
    bodies: {
      3: { post: struct({ files: array(fileEntry(fileStatV3)) }) },
      4: { post: struct({ files: array(fileEntry(fileStatV4)) }) },
    },
  }),
  message({
    code: 0x704,
    name: 'NDMP_FH_ADD_DIR',
    interface: 'fh',
    doc: 'File history by directory: names of the entries with their node and the node of their directory.',
    bodies: v3v4({ post: struct({ dirs: array(struct({ names, node, parent }, { label: '{names}' })) }) }),
  }),
  message({
    code: 0x705,
    name: 'NDMP_FH_ADD_NODE',
    interface: 'fh',
    doc: 'File history by directory: attributes and position of the nodes backed up.',
    bodies: {
      3: { post: struct({ nodes: array(nodeEntry(fileStatV3)) }) },
      4: { post: struct({ nodes: array(nodeEntry(fileStatV4)) }) },
    },
  }),
] as const;

function fileEntry<const S extends typeof fileStatV3 | typeof fileStatV4>(stat: S) {
  return struct({ names, stats: array(stat), node, fh_info: position }, { label: '{names}' });
}

function nodeEntry<const S extends typeof fileStatV3 | typeof fileStatV4>(stat: S) {
  return struct({ stats: array(stat), node, fh_info: position }, { label: 'node {node}' });
}
