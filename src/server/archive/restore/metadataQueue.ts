import fs from 'node:fs';
import { runHelper } from './helper';
import { systemTime, type HelperTask } from './metadata';
import { splitPath, type TargetTree } from './targetTree';
import { codeOf } from './failures';
import type { RawName } from '../walk/rawName';

const MOST_TASKS = 16_384;
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Told of what could not be set; `code` is the system's. */
export type Complain = (tree: TargetTree, path: RawName, code: string, task: HelperTask) => void;

/** Collects what the helper program shall do and lets it do many things at once. */
export class MetadataQueue {
  private tasks: HelperTask[] = [];
  private characters = 0;
  private tree: TargetTree | undefined;
  private missing = false;

  /** @param withoutHelper called once, with the reason, when this machine cannot set all metadata */
  constructor(
    private readonly complain: Complain,
    private readonly withoutHelper: (why: string) => void,
    private readonly run = runHelper,
  ) {}

  add(tree: TargetTree, task: HelperTask): void {
    if (this.tree !== tree) this.flush();
    this.tree = tree;
    this.tasks.push(task);
    this.characters += task.p.length + (task.attributes ?? []).reduce((sum, [, value]) => sum + value.length, 200);
    if (this.tasks.length >= MOST_TASKS || this.characters > MOST_CHARACTERS) this.flush();
  }

  flush(): void {
    const { tree, tasks } = this;
    if (!tree || tasks.length === 0) return;
    this.tasks = [];
    this.characters = 0;
    const failed = this.missing ? '' : this.run(tree.root, tasks);
    if (typeof failed !== 'string') {
      for (const [number, code] of failed) this.complain(tree, tasks[number].p, code, tasks[number]);
      return;
    }
    if (!this.missing) this.withoutHelper(failed);
    this.missing = true;
    for (const task of tasks) this.performHere(tree, task);
  }

  /** As much of it as Node has calls for. */
  private performHere(tree: TargetTree, task: HelperTask): void {
    try {
      if (task.make) throw Object.assign(new Error(), { code: 'EOPNOTSUPP' });
      const { directory, name } = splitPath(task.p);
      const parent = tree.directory(directory, false);
      // Only directories have their mode set here; an open one is not mistaken for what somebody puts in its place.
      const path = task.mode === undefined ? parent.pathOf(name) : tree.directory(task.p, false).path;
      if (task.mode !== undefined) {
        if (task.owner) fs.lchownSync(path, ...task.owner);
        fs.chmodSync(path, task.mode);
      }
      const [atime, mtime] = task.times;
      fs.lutimesSync(path, systemTime(BigInt(atime)), systemTime(BigInt(mtime)));
    } catch (error) {
      this.complain(tree, task.p, codeOf(error) ?? 'EIO', task);
    }
  }
}
