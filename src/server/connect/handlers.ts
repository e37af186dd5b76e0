import type { HandlerEntry } from '../session/handler';

export const connectHandlers: readonly HandlerEntry[] = [];
