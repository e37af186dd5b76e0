import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { replaceFileSync } from '../replaceFile';
import { parseJson, type LabFolder } from './folder';
import type { ClusterState, LabUser } from './model';

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const LENGTH = 16;

/** Who there is: the predefined roles that may use NDMP, for the cluster and for each SVM; `root` in node-scoped mode. */
function accounts({ scope, svms }: ClusterState): Omit<LabUser, 'password'>[] {
  if (scope === 'node') return [{ name: 'root', role: 'cluster', svm: undefined }];
  return [
    ...['admin', 'backup'].map((name) => ({ name, role: 'cluster' as const, svm: undefined })),
    ...svms.flatMap((svm) => ['vsadmin', 'vsadmin-backup'].map((name) => ({ name, role: 'svm' as const, svm }))),
  ];
}

/**
 * The users with their passwords: those of the file, made up for users that it lacks, or the given one for all.
 * @param file readable to its owner alone; written when passwords were made up
 * @param given a password for all users, which is never written
 */
export function loadUsers(file: string, state: ClusterState, given: string | undefined): LabUser[] {
  if (given !== undefined) return accounts(state).map((account) => ({ ...account, password: given }));
  const stored = readPasswords(file);
  const users = accounts(state).map((account) => ({
    ...account,
    password: stored.get(userKey(account)) ?? madeUp(),
  }));
  if (users.some((user) => stored.get(userKey(user)) !== user.password)) {
    const kept = new Map([...stored, ...users.map((user): [string, string] => [userKey(user), user.password])]);
    replaceFileSync(file, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`, 0o600);
  } else chmodSync(file, 0o600);
  return users;
}

/** The users of a lab whether it runs or not; none where there is no lab yet. */
export function readUsers(folder: LabFolder, given: string | undefined): LabUser[] {
  const state = folder.readCluster();
  return state === undefined ? [] : loadUsers(folder.passwords, state, given);
}

/** `backup`, `vs1/vsadmin`: how a user is named in the file of passwords and on the command line. */
export function userKey({ name, svm }: Pick<LabUser, 'name' | 'svm'>): string {
  return svm === undefined ? name : `${svm}/${name}`;
}

function readPasswords(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  const value = parseJson(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null)
    throw new Error(`${file} holds no passwords: remove it to get new ones.`);
  return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function madeUp(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
