export { selfSignedCertificate, type Certificate } from './certificate';
export { ControlConnection, type ConnectionEvents, type ConnectionOptions, type Outgoing } from './controlConnection';
export { CHALLENGE_BYTES, cutLoginDigest, isLoginDigest, loginDigest } from './digest';
export { RecordAssembler, RecordTooLong } from './recordAssembler';
export { RecordedConnection, TrafficRecorder } from './recorder';
