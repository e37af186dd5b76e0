import type * as vscode from 'vscode';
import type { Layout, Position } from './messages';

const LAYOUT = 'layout';
const POSITIONS = 'positions';
const MAX_POSITIONS = 100;
const KEY_LOGS = 'keyLogs';
const TAP_TARGETS = 'tapTargets';
const MAX_TAP_TARGETS = 10;

/** What is remembered between windows: the user's layout everywhere, the place in each file in this workspace. */
export class Memory {
  constructor(
    private readonly everywhere: vscode.Memento,
    private readonly workspace: vscode.Memento,
  ) {}

  get layout(): Layout | undefined {
    return this.everywhere.get<Layout>(LAYOUT);
  }

  async keepLayout(layout: Layout): Promise<void> {
    await this.everywhere.update(LAYOUT, layout);
  }

  /** Servers that taps led on to, the last one first. */
  get tapTargets(): string[] {
    return this.everywhere.get<string[]>(TAP_TARGETS) ?? [];
  }

  async keepTapTarget(target: string): Promise<void> {
    const others = this.tapTargets.filter((each) => each !== target);
    await this.everywhere.update(TAP_TARGETS, [target, ...others].slice(0, MAX_TAP_TARGETS));
  }

  /** The key log that a capture was given. */
  keyLog(file: string): string | undefined {
    return this.keyLogs.find(([name]) => name === file)?.[1];
  }

  /** Keeps which key log a capture was given; undefined: none. */
  async keepKeyLog(file: string, keyLog: string | undefined): Promise<void> {
    const others = this.keyLogs.filter(([name]) => name !== file);
    const kept: [string, string][] = keyLog === undefined ? others : [[file, keyLog], ...others];
    await this.workspace.update(KEY_LOGS, kept.slice(0, MAX_POSITIONS));
  }

  private get keyLogs(): [string, string][] {
    return this.workspace.get<[string, string][]>(KEY_LOGS) ?? [];
  }

  position(file: string): Position | undefined {
    return this.positions.find(([name]) => name === file)?.[1];
  }

  /** Keeps the place in a file; those of the files that were looked at longest ago are forgotten. */
  async keepPosition(file: string, position: Position): Promise<void> {
    const others = this.positions.filter(([name]) => name !== file);
    await this.workspace.update(POSITIONS, [[file, position], ...others].slice(0, MAX_POSITIONS));
  }

  private get positions(): [string, Position][] {
    return this.workspace.get<[string, Position][]>(POSITIONS) ?? [];
  }
}
