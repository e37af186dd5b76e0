import type { HandlerEntry } from '../session/handler';

export const scsiHandlers: readonly HandlerEntry[] = [];
