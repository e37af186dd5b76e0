// The capture view in an ordinary browser, on a made-up capture:  npx tsx test/webview/harness/server.ts [PORT]
// then http://127.0.0.1:PORT/?theme=light&scene=damaged&rows=10000000&connections=4&n=100
// themes: dark, light, hc, hc-light; scenes: done, indexing, opening, damaged, cancelled, nothing, failed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import esbuild from 'esbuild';

const ROOT = join(__dirname, '../../..');

/** The policy that the extension gives its webviews. */
const POLICY = [
  "default-src 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "style-src 'self' 'nonce-harness'",
  "script-src 'nonce-harness'",
].join('; ');

const PAGE = `<!DOCTYPE html>
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
<script nonce="harness" src="fakeHost.js"></script>
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
      main: 'webview/main.ts',
    },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
  });
  const styles = await esbuild.build({ ...COMMON, entryPoints: { main: 'webview/styles/main.css' } });
  return new Map([...scripts.outputFiles, ...styles.outputFiles].map((file) => [basename(file.path), file.contents]));
}

export interface Harness {
  url: string;
  stop(): Promise<void>;
}

/** Bundles the view and serves it on the loopback address. */
export async function startHarness(port = 0): Promise<Harness> {
  const files = await bundle();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const file = files.get(name);
    if (name === '') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY });
      response.end(PAGE);
    } else if (file) {
      response.writeHead(200, { 'content-type': name.endsWith('.css') ? 'text/css' : 'text/javascript' });
      response.end(file);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise<void>((done) => void server.close(() => done())),
  };
}

if (require.main === module) {
  void startHarness(Number(process.argv[2] ?? 4173)).then(({ url }) => console.log(url));
}
