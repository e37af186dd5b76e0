export { describeFinding } from './describe';
export { readLabel } from './readLabel';
export { writeLabel } from './writeLabel';
