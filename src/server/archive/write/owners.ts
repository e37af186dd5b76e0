import fs from 'node:fs';

/** Names of users and groups by number, as the machine's own tables tell them. */
export interface OwnerNames {
  user(uid: number): string;
  group(gid: number): string;
}

const MAX_TABLE_BYTES = 4 * 1024 * 1024;

/** Reads the tables; a machine without them (or with larger ones) has no names, and numbers are all a stream tells. */
export function readOwnerNames(users = '/etc/passwd', groups = '/etc/group'): OwnerNames {
  const userNames = readTable(users);
  const groupNames = readTable(groups);
  return {
    user: (uid) => userNames.get(uid) ?? '',
    group: (gid) => groupNames.get(gid) ?? '',
  };
}

/** Lines of "name:password:number:…"; the first name of a number counts. Names longer than a header's field are left out. */
function readTable(path: string): Map<number, string> {
  const names = new Map<number, string>();
  try {
    if (fs.statSync(path).size > MAX_TABLE_BYTES) return names;
    for (const line of fs.readFileSync(path, 'latin1').split('\n')) {
      const [name, , number] = line.split(':');
      if (!/^\d+$/.test(number ?? '') || name.length === 0 || name.length > 31) continue;
      if (!names.has(Number(number))) names.set(Number(number), name);
    }
  } catch {
    return names;
  }
  return names;
}
