export { faultGate, type FaultGate, type FaultGateOptions, type FaultLine } from './gate';
export { FaultScriptError, type FaultScript } from './model';
export { readFault, readFaults } from './read';
