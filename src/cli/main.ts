import { runProcess } from './process';
import { run } from './program';

/** The `ndmp` command. */
void runProcess((io) => run(process.argv.slice(2), io));
