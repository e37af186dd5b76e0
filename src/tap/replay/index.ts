export { playDma } from './asDma';
export { playServer } from './asServer';
export { ReplayFailure, type DataPart, type ReplayOptions, type ReplayReport, type Target, type Timing } from './model';
export { Recorded } from './recorded';
