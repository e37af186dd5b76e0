import type { HandlerEntry } from '../session/handler';

export const tapeHandlers: readonly HandlerEntry[] = [];
