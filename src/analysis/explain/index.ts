export type * from './model';
export { reportMarkdown } from './markdown';
export { reportOf } from './queries';
export { explainJob } from './report';
