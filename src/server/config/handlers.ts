import type { HandlerEntry } from '../session/handler';

export const configHandlers: readonly HandlerEntry[] = [];
