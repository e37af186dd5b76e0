import type { HandlerEntry } from '../session/handler';

export const moverHandlers: readonly HandlerEntry[] = [];
