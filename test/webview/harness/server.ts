// The capture view in an ordinary browser.
//   npx tsx test/webview/harness/server.ts [PORT]                    on a made-up capture, then
//     http://127.0.0.1:PORT/?theme=light&scene=damaged&rows=10000000&connections=4&n=100
//     themes: dark, light, hc, hc-light; scenes: done, indexing, opening, damaged, cancelled, nothing, failed.
//   npx tsx test/webview/harness/server.ts --capture FILE [--with OTHER] [PORT]     on a real one, with its analysis, then
//     http://127.0.0.1:PORT/?theme=light&tab=sequence&n=100&job=0
//     The page is bundled anew whenever it is loaded; a change of the analysis needs a new start.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Module from 'node:module';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { DEFAULT_TOGGLES } from '../../../src/extension/messages';
import type { Position, TabId } from '../../../src/extension/messages';
import type { RealHost } from './realHost';

const ROOT = join(__dirname, '../../..');

/** The policy that the extension gives its webviews. */
const POLICY = [
  "default-src 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "style-src 'self' 'nonce-harness'",
  "script-src 'nonce-harness'",
];

const page = (host: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta property="csp-nonce" content="harness">
<title>Capture view</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="main.css">
</head>
<body>
<script nonce="harness" src="theme.js"></script>
<script nonce="harness" src="${host}.js"></script>
<script nonce="harness" src="main.js"></script>
</body>
</html>`;

const COMMON = {
  absWorkingDir: ROOT,
  outdir: 'out',
  bundle: true,
  write: false,
  logLevel: 'warning',
} as const satisfies esbuild.BuildOptions;

async function bundle(): Promise<Map<string, Uint8Array>> {
  const scripts = await esbuild.build({
    ...COMMON,
    entryPoints: {
      theme: 'test/webview/harness/theme.ts',
      fakeHost: 'test/webview/harness/fakeHost.ts',
      hostBridge: 'test/webview/harness/hostBridge.ts',
      main: 'webview/main.ts',
    },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
  });
  const styles = await esbuild.build({ ...COMMON, entryPoints: { main: 'webview/styles/main.css' } });
  return new Map([...scripts.outputFiles, ...styles.outputFiles].map((file) => [basename(file.path), file.contents]));
}

/** The host as one script, as the extension has it: run from source, some packages would be loaded in two ways. */
async function loadHost(capture: string, other?: string): Promise<RealHost> {
  const options = { platform: 'node', format: 'cjs', target: 'node20', sourcemap: 'inline' } as const;
  const built = await esbuild.build({ ...COMMON, ...options, entryPoints: ['test/webview/harness/realHost.ts'] });
  const script = new ScriptModule(join(ROOT, 'dist', 'realHost.js'));
  script._compile(built.outputFiles[0].text, script.id);
  const { RealHost: Host } = script.exports as { RealHost: typeof RealHost };
  return new Host(capture, other);
}

/** Node's module, with its way to make one out of a text. */
const ScriptModule = Module as unknown as new (id: string) => {
  id: string;
  exports: unknown;
  _compile(text: string, name: string): void;
};

export interface Harness {
  url: string;
  stop(): Promise<void>;
}

/** Where the page's address says to begin. */
function positionOf(query: URLSearchParams): Position {
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  const tab = (query.get('tab') ?? undefined) as TabId | undefined;
  return { filter: '', toggles: { ...DEFAULT_TOGGLES }, n: number('n'), top: 0, tab, job: number('job') };
}

/** Bundles the view and serves it on the loopback address; with a capture, on what the extension's host says of it. */
export async function startHarness(port = 0, capture?: string, other?: string): Promise<Harness> {
  let files = await bundle();
  const host = capture === undefined ? undefined : await loadHost(capture, other);
  const policy = [...POLICY, ...(host ? ["connect-src 'self'"] : [])].join('; ');
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.slice(1);
    const pageId = searchParams.get('page') ?? '';
    if (host && name === 'events') return host.connect(pageId, request, response);
    if (host && name === 'host') return host.receive(pageId, request, response, positionOf(searchParams));
    if (name === '') {
      if (host) files = await bundle();
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
      response.end(page(host ? 'hostBridge' : 'fakeHost'));
      return;
    }
    const file = files.get(name);
    if (!file) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': name.endsWith('.css') ? 'text/css' : 'text/javascript' });
      response.end(file);
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => void server.close(() => done()));
      host?.dispose();
    },
  };
}

if (require.main === module) {
  const { values, positionals } = parseArgs({
    options: { capture: { type: 'string' }, with: { type: 'string' } },
    allowPositionals: true,
  });
  void startHarness(Number(positionals[0] ?? 4173), values.capture, values.with).then(({ url }) => console.log(url));
}
