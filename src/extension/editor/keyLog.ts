import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import { setting } from '../settings';

/** The key log for a capture: its own, else that of the settings; undefined: none, or it is not there any more. */
export function keyLogFor(
  uri: vscode.Uri,
  own: string | undefined,
  log: Pick<vscode.LogOutputChannel, 'warn'>,
): string | undefined {
  const path = own ?? setting('tls.keyLogFile', uri).trim();
  if (path === '') return undefined;
  if (existsSync(path)) return path;
  log.warn(`the TLS key log ${path} is not there: encrypted connections of ${uri.fsPath} are not read`);
  return undefined;
}
