import { DmaFailure } from '../connection/failures';

/** This tape cannot be written, another one may do. Nothing was written on it. */
export class TapeRefused extends DmaFailure {
  constructor(
    readonly barcode: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** The tape in the drive is not the one that it has to be, or does not hold what it has to. */
export class WrongTape extends DmaFailure {}
