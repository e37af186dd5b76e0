export type * from './model';
export { timeBreakdown } from './breakdown';
export { causes } from './causes';
export { countMessages } from './messages';
export { progressOf } from './progress';
export { breakdownOf } from './queries';
export { controlRates, dataRate } from './rates';
export { rowsOfJob } from './scope';
