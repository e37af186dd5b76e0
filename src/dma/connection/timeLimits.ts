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

/** The least that a silent server is given, so that one which is only slow is not given up too soon. */
const LEAST_AFTER_SILENCE = 20;

/**
 * Seconds for a request to a server that has let another one time out and has sent nothing since: each is given half as
 * long as the one before, so that the end of a run does not wait for every one of its steps in full.
 * @param seconds as they would be otherwise
 * @param silence seconds of the request that was given up
 */
export function secondsAfterSilence(seconds: number, silence: number): number {
  return Math.min(seconds, Math.max(LEAST_AFTER_SILENCE, silence / 2));
}
