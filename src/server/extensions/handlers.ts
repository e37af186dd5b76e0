import type { HandlerEntry } from '../session/handler';

export const extensionsHandlers: readonly HandlerEntry[] = [];
