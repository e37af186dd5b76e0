export { clockText } from './clockText';
export { joinSessions } from './joinSessions';
export type * from './model';
