import type { HandlerEntry } from '../session/handler';

export const dataHandlers: readonly HandlerEntry[] = [];
