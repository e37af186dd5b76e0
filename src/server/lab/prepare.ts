import { existsSync, mkdirSync } from 'node:fs';
import type { TapeLibrary } from '../library/library';
import type { AuthType } from '../system';
import { canBind, type LifAddress } from './addresses';
import type { Cluster } from './cluster';
import type { DebugLog } from './debugLog/debugLog';
import type { LabFolder } from './folder';
import { volumePath, type ClusterState } from './model';
import { newCluster } from './newCluster';
import type { LabOptions } from './options';
import { LAB_PROFILE } from './profile';
import { makeSampleTree } from './sampleTree';
import { LabSessions } from './sessions';
import { loadUsers } from './users';
import type { LabWorld } from './world';

const USUAL = { nodes: 2, drives: 2, scope: 'svm' } as const;
const AUTH_TEXT = 1;
const AUTH_MD5 = 2;

/** The cluster as it was left, or a new one with its volumes filled. */
export async function loadState(folder: LabFolder, options: LabOptions): Promise<ClusterState> {
  const found = folder.readCluster();
  const state =
    found ??
    newCluster({
      nodes: options.nodes ?? USUAL.nodes,
      drives: options.drives ?? USUAL.drives,
      scope: options.scope ?? USUAL.scope,
    });
  if (found !== undefined && options.nodes !== undefined && options.nodes !== found.nodes.length)
    options.log.write('warning', `the lab has ${found.nodes.length} nodes and keeps them; --nodes is for a new one`);
  for (const volume of state.volumes) {
    const directory = folder.volume(volume);
    if (existsSync(directory)) continue;
    mkdirSync(directory, { recursive: true });
    if (found === undefined) await makeSampleTree(directory, volume);
    else options.log.write('warning', `the directory of volume ${volumePath(volume)} was gone and is empty now`);
  }
  // last, so that a first start that was cut short is a first start again
  if (found === undefined) folder.writeCluster(state);
  return state;
}

/** What all control connections share. */
export async function makeWorld(
  options: LabOptions,
  parts: {
    folder: LabFolder;
    cluster: Cluster;
    library: TapeLibrary;
    addresses: ReadonlyMap<string, LifAddress>;
    debugLog: DebugLog;
  },
): Promise<LabWorld> {
  const { folder, cluster, library, addresses, debugLog } = parts;
  const authTypes: AuthType[] = options.plaintext === true ? [AUTH_MD5, AUTH_TEXT] : [AUTH_MD5];
  return {
    cluster,
    users: loadUsers(folder.passwords, cluster.state, options.password),
    bays: library.drives,
    changer: { target: library.changer, serial: library.serial },
    sessions: new LabSessions(),
    log: debugLog,
    authTypes,
    versions: options.versions ?? [4],
    limits: {
      sessions: options.sessions ?? LAB_PROFILE.limits.sessions,
      dumps: options.dumps ?? LAB_PROFILE.limits.dumps,
    },
    hasIpv6: await canBind('::1'),
    addressOf: (lif) => addresses.get(lif)?.host ?? '127.0.0.1',
    directoryOf: (volume) => folder.volume(volume),
    dumpRecords: folder.dumpRecords,
  };
}
