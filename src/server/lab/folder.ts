import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { escapeText } from '../../protocol';
import { makeFolder } from '../../transport/makeFolder';
import { replaceFileSync } from '../replaceFile';
import type { ClusterState } from './model';

/** The folder of a lab, unless another is named. */
export function usualFolder(): string {
  return join(homedir(), '.ndmp-lab');
}

/** How the names of everything that a lab has in its folder begin; files that are being replaced have more behind it. */
const PARTS = [
  'cluster.json',
  'control.sock',
  'dump-records',
  'library',
  'log',
  'ndmp-servers.json',
  'passwords.json',
  'volumes',
];

/** Where everything of a lab lies: one folder, of which nobody else reads anything. */
export class LabFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get isUsual(): boolean {
    return this.path === usualFolder();
  }
  get passwords(): string {
    return join(this.path, 'passwords.json');
  }
  /** Where a DMA finds the lab by name. */
  get servers(): string {
    return join(this.path, 'ndmp-servers.json');
  }
  get library(): string {
    return join(this.path, 'library');
  }
  get dumpRecords(): string {
    return join(this.path, 'dump-records');
  }
  get logs(): string {
    return join(this.path, 'log');
  }

  volume({ svm, name }: { svm: string; name: string }): string {
    return join(this.path, 'volumes', svm, name);
  }

  /** @throws Error that says why no lab can be here: its folder is made private, so that it must be a lab's alone */
  prepare(): void {
    makeFolder(this.path, 0o700);
    const foreign = readdirSync(this.path).find((name) => !PARTS.some((part) => name.startsWith(part)));
    if (foreign !== undefined)
      throw new Error(
        `${this.path} is no lab: it holds other files, such as ${escapeText(foreign)}. Name an empty folder, or one that is not there yet.`,
      );
    chmodSync(this.path, 0o700);
  }

  /** The cluster as it was left; undefined when there is none yet. Throws an Error that says what is wrong with it. */
  readCluster(): ClusterState | undefined {
    if (!existsSync(this.clusterFile)) return undefined;
    const value = parseJson(readFileSync(this.clusterFile, 'utf8'));
    if (isCluster(value)) return value;
    throw new Error(`${this.clusterFile} is no cluster of this program: remove the folder to begin a new lab.`);
  }

  writeCluster(state: ClusterState): void {
    replaceFileSync(this.clusterFile, `${JSON.stringify(state, null, 2)}\n`);
  }

  private get clusterFile(): string {
    return join(this.path, 'cluster.json');
  }
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether what was read has the shape of a cluster, and its parts name nodes that there are. */
function isCluster(value: unknown): value is ClusterState {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Partial<ClusterState>;
  const lists = [state.nodes, state.svms, state.volumes, state.lifs, state.drives];
  if (state.format !== 1 || !lists.every((list) => Array.isArray(list))) return false;
  const nodes = new Set((state.nodes ?? []).map(({ name }) => name));
  const used = [...(state.volumes ?? []), ...(state.lifs ?? []), ...(state.drives ?? [])].map(({ node }) => node);
  return nodes.size > 0 && [...used, state.changerNode ?? ''].every((node) => nodes.has(node));
}
