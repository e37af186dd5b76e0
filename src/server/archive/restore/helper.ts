import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { RawName } from '../walk/rawName';
import type { HelperTask } from './metadata';

/**
 * What Node has no calls for: times in nanoseconds, extended attributes, fifos and devices. Reads the tree's directory
 * and then tasks, a line of JSON each; writes a line for each that failed. Walks to every object without following
 * symbolic links.
 */
const SCRIPT = `
import base64, errno, json, os, stat, sys
os.umask(0)
raw = lambda text: text.encode('latin1')
lines = sys.stdin.buffer
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
root = os.open(raw(json.loads(lines.readline())), os.O_RDONLY | os.O_DIRECTORY)
KINDS = {'fifo': stat.S_IFIFO, 'character': stat.S_IFCHR, 'block': stat.S_IFBLK}
where, folder = b'', root

def enter(path):
    global where, folder
    if path == where:
        return folder
    at = root
    for name in path.split(b'/') if path else []:
        try:
            below = os.open(name, DIRECTORY, dir_fd=at)
        finally:
            if at != root:
                os.close(at)
        at = below
    if folder != root:
        os.close(folder)
    where, folder = path, at
    return folder

def attributes(task, path, name, at):
    for key, value in task.get('attributes', ()):
        key, value = key.encode('utf-8', 'surrogateescape'), base64.b64decode(value)
        try:
            os.setxattr(path, key, value, follow_symlinks=False)
        except PermissionError:
            kept = os.stat(name, dir_fd=at, follow_symlinks=False)
            if stat.S_ISLNK(kept.st_mode) or kept.st_mode & stat.S_IWUSR:
                raise
            os.chmod(path, stat.S_IMODE(kept.st_mode) | stat.S_IWUSR)
            try:
                os.setxattr(path, key, value, follow_symlinks=False)
            finally:
                os.chmod(path, stat.S_IMODE(kept.st_mode))

def perform(task):
    parent, _, name = raw(task['p']).rpartition(b'/')
    at = enter(parent)
    name = name or b'.'
    path = b'/proc/self/fd/%d/%s' % (at, name)
    if 'make' in task:
        try:
            os.unlink(name, dir_fd=at)
        except FileNotFoundError:
            pass
        device = os.makedev(*task['device']) if 'device' in task else 0
        os.mknod(name, KINDS[task['make']] | task['mode'], device, dir_fd=at)
        if 'owner' in task:
            os.chown(name, *task['owner'], dir_fd=at, follow_symlinks=False)
    elif 'mode' in task:
        own = os.open(name, DIRECTORY, dir_fd=at)
        try:
            if 'owner' in task:
                os.fchown(own, *task['owner'])
            os.fchmod(own, task['mode'])
        finally:
            os.close(own)
    problem = None
    try:
        attributes(task, path, name, at)
    except OSError as error:
        problem = error
    os.utime(name, ns=(int(task['times'][0]), int(task['times'][1])), dir_fd=at, follow_symlinks=False)
    if problem:
        raise problem

for number, line in enumerate(lines):
    try:
        perform(json.loads(line))
    except Exception as error:
        code = errno.errorcode.get(getattr(error, 'errno', None) or 0, type(error).__name__)
        print(json.dumps([number, code]), flush=False)
`;

/** Where Python is looked for: an ordinary one starts faster than what may come first in PATH. */
const PYTHON = process.platform === 'linux' && existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const MILLISECONDS = 300_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Performs tasks in one tree, in their order.
 * @returns the codes of the system's errors by the number of the task; a text: why the helper does not run on this machine
 */
export function runHelper(root: RawName, tasks: readonly HelperTask[]): Map<number, string> | string {
  const input = [JSON.stringify(root), ...tasks.map((task) => JSON.stringify(task))].join('\n');
  const run = spawnSync(PYTHON, ['-I', '-S', '-c', SCRIPT], {
    input: `${input}\n`,
    encoding: 'utf8',
    timeout: MILLISECONDS,
    maxBuffer: MOST_OUTPUT,
  });
  if (run.error) return run.error.message;
  if (run.status !== 0) return run.stderr.trim().split('\n').at(-1) ?? 'it failed';
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [number, string]));
}
