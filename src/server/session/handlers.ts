import { findCode } from '../../protocol';
import { configHandlers } from '../config/handlers';
import { connectHandlers } from '../connect/handlers';
import { dataHandlers } from '../data/handlers';
import { extensionsHandlers } from '../extensions/handlers';
import { moverHandlers } from '../mover/handlers';
import { scsiHandlers } from '../scsi/handlers';
import { tapeHandlers } from '../tape/handlers';
import type { HandlerEntry } from './handler';

/** Every request that the server serves, by code. */
export const handlers: ReadonlyMap<number, HandlerEntry> = new Map(
  [
    ...connectHandlers,
    ...configHandlers,
    ...extensionsHandlers,
    ...scsiHandlers,
    ...tapeHandlers,
    ...dataHandlers,
    ...moverHandlers,
  ].map((entry) => [findCode(entry.name) ?? -1, entry]),
);
