// The capture view in an ordinary browser, on a made-up capture:  node test/webview/harness/server.mjs [PORT]
// then http://127.0.0.1:PORT/?theme=light&scene=damaged&rows=10000000&connections=4&n=100
// themes: dark, light, hc, hc-light; scenes: done, indexing, opening, damaged, cancelled, nothing, failed.
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

/** The policy that the extension gives its webviews. */
const POLICY =
  "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self' 'nonce-harness'; script-src 'nonce-harness'";

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta property="csp-nonce" content="harness"><title>Capture view</title><link rel="stylesheet" href="main.css"></head>
<body>
<script nonce="harness" src="theme.js"></script>
<script nonce="harness" src="fakeHost.js"></script>
<script nonce="harness" src="main.js"></script>
</body>
</html>`;

async function bundle() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      theme: 'test/webview/harness/theme.ts',
      fakeHost: 'test/webview/harness/fakeHost.ts',
      main: 'webview/main.ts',
    },
    outdir: 'out',
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
  const css = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: 'webview/styles/main.css' },
    outdir: 'out',
    bundle: true,
    write: false,
    loader: { '.ttf': 'dataurl', '.svg': 'dataurl' },
    logLevel: 'warning',
  });
  return new Map([...outputFiles, ...css.outputFiles].map(({ path, contents }) => [path.split('/').pop(), contents]));
}

/** Serves the page on the loopback address; bundles anew for every page. */
export async function startHarness(port = 0) {
  let files = await bundle();
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://localhost').pathname.slice(1);
    if (name === '') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY });
      response.end(PAGE);
    } else if (files.has(name)) {
      response.writeHead(200, { 'content-type': name.endsWith('.css') ? 'text/css' : 'text/javascript' });
      response.end(files.get(name));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async rebuild() {
      files = await bundle();
    },
    stop: () => new Promise((done) => server.close(done)),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startHarness(Number(process.argv[2] ?? 4173));
  console.log(url);
}
