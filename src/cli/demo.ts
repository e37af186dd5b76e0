import { demo } from './demo/story';
import { runProcess } from './process';

/** The entry of `npm run demo`. */
void runProcess(demo);
