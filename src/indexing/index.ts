export { CaptureError } from './captureError';
export { openCapture } from './openCapture';
export type { IndexProgress, OpenCapture, OpenOptions } from './openCapture';
export { openCaptureSync } from './openCaptureSync';
export { openStream } from './openStream';
export type { StreamOptions } from './openStream';
export { openShared } from './sharedCapture';
export type { SharedCapture } from './sharedCapture';
