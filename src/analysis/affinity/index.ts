export { affinityOfCapture, inventoryOf, type AffinityQueries } from './queries';
export type { Inventory } from './inventory';
export { movesBetween, type MovesBetween } from './movesBetween';
export type { AffinitySettings, LifSettings } from './settings';
export { NO_SETTINGS } from './settings';
export { aLif, LIF_TYPES, type LifType, type UserRole, type Way } from '../../protocol';
export type * from './view';
