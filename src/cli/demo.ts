import { demo } from './demoStory';
import { runProcess } from './process';

/** The entry of `npm run demo`. */
void runProcess(demo);
