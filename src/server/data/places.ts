import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { encodeByteString } from '../../xdr';
import { refuse } from '../failure';
import type { EnvironmentPair, ServedPath, SystemView } from '../system';
import { variable } from './environment';

/**
 * The root of an operation, by its environment: a backup's by FILESYSTEM, else PREFIX; a recovery's the other way round,
 * since a DMA sends back the FILESYSTEM of the backup and says by PREFIX where the files shall go now.
 * @returns undefined when neither is set
 */
export function rootOf(
  environment: readonly EnvironmentPair[],
  view: SystemView,
  operation: 'backup' | 'recover',
): ServedPath | undefined {
  const order = operation === 'backup' ? (['FILESYSTEM', 'PREFIX'] as const) : (['PREFIX', 'FILESYSTEM'] as const);
  const name = order.find((each) => (variable(environment, each) ?? '') !== '');
  if (!name) return undefined;
  const found = view.resolve(variable(environment, name) ?? '');
  if (!found) refuse('ILLEGAL_ARGS', `${name} lies in no tree that this server serves`);
  return found;
}

/** Refuses a backup root that is no directory, or is one only by a symbolic link that leads out of its tree. */
export async function checkDirectory({ tree, inside }: ServedPath): Promise<void> {
  const path = bytesOf(join(tree.directory, inside));
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) refuse('ILLEGAL_ARGS', 'the root of the backup is no directory');
  const [top, real] = await Promise.all([
    realpath(bytesOf(tree.directory), { encoding: 'buffer' }),
    realpath(path, { encoding: 'buffer' }),
  ]);
  const isInside = real.equals(top) || real.subarray(0, top.length + 1).equals(Buffer.concat([top, Buffer.from(sep)]));
  const isAll = top.equals(Buffer.from(sep));
  if (!isInside && !isAll) refuse('ILLEGAL_ARGS', 'the root of the backup lies outside of its tree');
}

function bytesOf(path: string): Buffer {
  return Buffer.from(encodeByteString(path));
}
