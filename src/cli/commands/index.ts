import type { Command } from 'commander';
import type { Io } from '../terminal/io';
import { registerCatalog } from './catalog';
import { registerCheck } from './check';
import { registerAffinity } from './affinity';
import { registerBackup } from './backup';
import { registerCopy } from './copy';
import { registerDecode } from './decode';
import { registerDiff } from './diff';
import { registerExport } from './export';
import { registerExplain } from './explain';
import { registerFields } from './fields';
import { registerHistory } from './history';
import { registerPlan } from './plan';
import { registerMedia } from './media';
import { registerQuery } from './query';
import { registerReplay } from './replay';
import { registerRestore } from './restore';
import { registerSequence } from './sequence';
import { registerSessions } from './sessions';
import { registerLab } from './lab';
import { registerLibrary } from './library';
import { registerServe } from './serve';
import { registerStats } from './stats';
import { registerTap } from './tap';
import { registerVerify } from './verify';

/** Every command; a new one is a file of its own and a line here. */
export const commands: readonly ((program: Command, io: Io) => void)[] = [
  registerDecode,
  registerSessions,
  registerCheck,
  registerSequence,
  registerAffinity,
  registerHistory,
  registerDiff,
  registerStats,
  registerExplain,
  registerExport,
  registerFields,
  registerServe,
  registerLab,
  registerLibrary,
  registerTap,
  registerReplay,
  registerQuery,
  registerMedia,
  registerPlan,
  registerBackup,
  registerRestore,
  registerVerify,
  registerCopy,
  registerCatalog,
];
