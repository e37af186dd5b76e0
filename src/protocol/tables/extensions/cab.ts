import { array, doc, error, str, struct } from '../../schema';
import { addressTypeV4 } from '../enums';
import { message } from '../message';
import { pair } from '../types';

/**
 * NetApp Cluster Aware Backup, class 0x2052 version 1. There is no public specification: the first word of the request
 * is taken for an address type because ONTAP documents that it must agree with the one of DATA_LISTEN or DATA_CONNECT.
 */
export const cabMessages = [
  message({
    code: 0x20520001,
    name: 'NDMP_CAB_DATA_CONN_PREPARE',
    interface: 'extension',
    doc: 'Names the volume before the data connection is made, so that it is made on the node that owns the volume.',
    bodies: {
      4: {
        request: struct({
          addr_type: {
            ...addressTypeV4,
            shownAs: 'addr_type (inferred)',
            doc: 'Kind of the data connection to come; not publicly documented, inferred from the ONTAP error messages.',
          },
          bu_type: doc(str, 'Backup type, such as dump.'),
          env: doc(array(pair), 'Environment variables; FILESYSTEM names the volume.'),
        }),
        reply: struct({ error }, { rest: 'what follows the error is not publicly documented' }),
      },
    },
  }),
] as const;
