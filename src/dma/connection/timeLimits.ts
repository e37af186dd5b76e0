import type { MessageName } from '../../protocol';

/** Seconds within which a server has to answer what needs no device. */
const ORDINARY = 60;

/** Requests that wait for hardware, or for a network, or are answered at once by whoever answers at all. */
const LIMITS: Readonly<Partial<Record<MessageName, number>>> = {
  NDMP_CONNECT_OPEN: 20,
  NDMP_CONFIG_GET_EXT_LIST: 10,
  NDMP_CONFIG_SET_EXT_LIST: 20,
  NDMP_TAPE_OPEN: 300,
  NDMP_TAPE_CLOSE: 1200,
  NDMP_TAPE_MTIO: 1200,
  NDMP_TAPE_READ: 600,
  NDMP_TAPE_WRITE: 600,
  NDMP_SCSI_OPEN: 120,
  NDMP_DATA_CONNECT: 120,
  NDMP_MOVER_CONNECT: 120,
  NDMP_DATA_START_BACKUP: 600,
  NDMP_DATA_START_RECOVER: 600,
  NDMP_DATA_START_RECOVER_FILEHIST: 600,
  NDMP_DATA_GET_ENV: 120,
  NDMP_MOVER_READ: 600,
  NDMP_MOVER_CONTINUE: 300,
};

/** Seconds to wait for the reply to a request of this name. */
export function secondsFor(name: string): number {
  return (LIMITS as Readonly<Record<string, number | undefined>>)[name] ?? ORDINARY;
}
