// npm start: builds, and opens the sample captures in a VS Code that has the extension.
//   npm start                  desktop VS Code where `code` is on the path, else one served to the browser
//   npm start -- --browser     the one served to the browser in any case
//   npm start -- --port 8123   on this port (else 8080, or any free one when that is taken)
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VSCODE_DIR } from '../test/e2e/harness/paths.mjs';
import { freePort, startServer } from '../test/e2e/harness/server.mjs';
import { ROOT, run, runNode } from './lib/run.mjs';

// Captures are not opened here: a VS Code that has just been started would take its text editor, as it does not know yet
// which editors its extensions bring.
const NEXT = 'There, open a capture with a double click: backup-three-way.pcap is a good first one.';

function giveUp(...lines) {
  console.error(`\n${lines.join('\n')}`);
  process.exit(1);
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });
    if (values.port !== undefined && !(Number(values.port) >= 1 && Number(values.port) <= 65535))
      throw new Error(`'${values.port}' is not a port`);
    return { browser: values.browser, port: values.port && Number(values.port) };
  } catch (problem) {
    return giveUp(problem.message, 'Usage: npm start [-- [--browser] [--port NUMBER]]');
  }
}

/** Whether something can listen on the port of the loopback address. */
const isFree = (port) =>
  new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

async function choosePort(wanted) {
  if (wanted !== undefined && !(await isFree(wanted))) giveUp(`Port ${wanted} is taken. Name another with --port.`);
  return wanted ?? ((await isFree(8080)) ? 8080 : freePort());
}

/** A copy of the samples, so that nothing done to them reaches the checkout. */
function makeWorkspace() {
  const scratch = mkdtempSync(join(tmpdir(), 'ndmp-demo-'));
  const workspace = join(scratch, 'samples');
  cpSync(join(ROOT, 'samples'), workspace, { recursive: true });
  return { workspace, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}

function openDesktop() {
  console.log('Building the extension …');
  if (!runNode('scripts/build.mjs', ['--quiet'])) giveUp('The build failed; its messages are above.');
  const { workspace } = makeWorkspace(); // the editor goes on using it after this process has ended
  const args = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, workspace];
  if (!run('code', args, { shell: process.platform === 'win32' })) giveUp('`code` failed; its messages are above.');
  console.log(`VS Code opens the samples in ${workspace}\n${NEXT}`);
}

/** Packs the extension without vsce's talk, and gives the path of the .vsix. */
function pack() {
  console.log('Building and packing the extension …');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/package.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) giveUp(`${stdout}${stderr}`, 'The extension could not be packed; see above.');
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return join(ROOT, `${name}-${version}.vsix`);
}

async function serve(wantedPort) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    giveUp(
      'The `code` command of VS Code is not on the path, and a VS Code for the browser is set up on Linux on x64 only.',
      'Install VS Code and its command (Command Palette: "Shell Command: Install \'code\' command in PATH"), then run npm start again.',
    );
  const port = await choosePort(wantedPort);
  const vsix = pack();
  if (!run('bash', ['scripts/install-vscode.sh', VSCODE_DIR]))
    giveUp(
      'VS Code for the browser could not be installed: see the messages above. It comes from the npm registry, so this',
      'needs the network the first time. With desktop VS Code and its `code` command on the path it is not needed.',
    );
  console.log('Starting VS Code for the browser …');
  const { workspace, remove } = makeWorkspace();
  const server = await startServer({ vsix, port }).catch((problem) => {
    remove();
    return giveUp(problem.message);
  });
  const url = `${server.url}?folder=${encodeURIComponent(workspace)}`;
  console.log(`\nOpen this in a browser on this machine:\n\n  ${url}\n\n${NEXT}\nCtrl+C stops it.`);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    await server.stop();
    remove();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  void server.ended.then(() => {
    if (stopping) return;
    remove();
    giveUp('VS Code ended by itself.');
  });
}

const options = readOptions();
const hasCode = run('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
if (hasCode && !options.browser) openDesktop();
else await serve(options.port);
