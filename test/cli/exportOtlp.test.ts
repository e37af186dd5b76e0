import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { ExportTraceServiceRequest } from '../export/otlpProto';
import { ndmp, sample } from './harness';

interface Taken {
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A collector that decodes what it is sent by OpenTelemetry's own definitions, and answers as it is told. */
class Collector {
  readonly taken: Taken[] = [];
  private readonly server: Server;

  constructor(private readonly answer: (response: ServerResponse, count: number) => void) {
    this.server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const packed = Buffer.concat(pieces);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
        this.taken.push({ url: request.url ?? '', headers: request.headers, body });
        this.answer(response, this.taken.length);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function withCollector(
  answer: (response: ServerResponse, count: number) => void,
  use: (url: string, collector: Collector) => Promise<void>,
): Promise<void> {
  const collector = new Collector(answer);
  try {
    await use(await collector.listen(), collector);
  } finally {
    collector.close();
  }
}

const accept = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
const capture = sample('backup-three-way');

describe('ndmp export --to otlp', function () {
  this.timeout(20_000);

  it('sends protobuf, gzipped, to /v1/traces with the headers of the environment', () =>
    withCollector(accept, async (url, { taken }) => {
      const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-scope=1' };
      const { status, err } = await ndmp(['export', capture, '--to', 'otlp', '--endpoint', url], { env });
      assert.equal(status, 0, err);
      assert.match(err, /\d+ spans sent/);
      assert.ok(taken.length > 0);
      for (const { url: path, headers, body } of taken) {
        assert.equal(path, '/v1/traces');
        assert.equal(headers['content-type'], 'application/x-protobuf');
        assert.equal(headers['content-encoding'], 'gzip');
        assert.equal(headers.authorization, 'Bearer abc');
        assert.equal(headers['x-scope'], '1');
        assert.equal(ExportTraceServiceRequest.verify(ExportTraceServiceRequest.decode(body)), null);
      }
    }));

  it('takes endpoint, protocol and compression from the environment', () =>
    withCollector(accept, async (url, { taken }) => {
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/prefix/`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
        OTEL_SERVICE_NAME: 'filer lab',
      };
      const { status } = await ndmp(['export', capture, '--to', 'otlp'], { env });
      assert.equal(status, 0);
      assert.equal(taken[0].url, '/prefix/v1/traces');
      assert.match(taken[0].body.toString(), /"service.name","value":\{"stringValue":"filer lab"\}/);
    }));

  it('sends again what a busy collector did not take', () =>
    withCollector(
      (response, count) => (count < 3 ? response.writeHead(503).end('busy') : accept(response)),
      async (url, { taken }) => {
        const { status } = await ndmp(['export', capture, '--to', 'otlp', '--endpoint', url]);
        assert.equal(status, 0);
        assert.deepEqual(taken[1].body, taken[0].body);
        assert.deepEqual(taken[2].body, taken[0].body);
      },
    ));

  it('does not send again what is refused for good, and says why', () =>
    withCollector(
      (response) => response.writeHead(401).end('no \u001b[31mtoken'),
      async (url, { taken }) => {
        const { status, err } = await ndmp(['export', capture, '--to', 'otlp', '--endpoint', url]);
        assert.equal(status, 1);
        assert.equal(taken.length, 1);
        assert.match(err, /401 no \\x1b\[31mtoken/);
      },
    ));

  it('follows no redirection, which could carry the headers elsewhere', () =>
    withCollector(
      (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      async (url, { taken }) => {
        const { status, err } = await ndmp(['export', capture, '--to', 'otlp', '--endpoint', url]);
        assert.equal(status, 1);
        assert.match(err, /it answered 307/);
        assert.equal(taken.length, 1);
      },
    ));

  it('gives up on a collector that never answers', () =>
    withCollector(
      () => undefined,
      async (url, { taken }) => {
        const abort = new AbortController();
        // it tries again, and would go on for long
        const watch = setInterval(() => taken.length >= 2 && abort.abort(), 20);
        const args = ['export', capture, '--to', 'otlp', '--endpoint', url, '--timeout', '100'];
        const { status } = await ndmp(args, { signal: abort.signal }).finally(() => clearInterval(watch));
        assert.notEqual(status, 0);
        assert.ok(taken.length >= 2, 'it tried again');
      },
    ));

  it('tells what a collector did not take', () =>
    withCollector(
      (response) => response.end('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}'),
      async (url) => {
        const { status, err } = await ndmp(['export', sample('refused-logins'), '--to', 'otlp', '--endpoint', url]);
        assert.equal(status, 0);
        assert.match(err, /2 of them were not taken/);
      },
    ));

  it('writes lines that a collector can read from a file', async () => {
    const { status, lines } = await ndmp(['export', capture, '--to', 'otlp']);
    assert.equal(status, 0);
    for (const line of lines)
      assert.equal(
        ExportTraceServiceRequest.verify(ExportTraceServiceRequest.fromObject(JSON.parse(line) as object)),
        null,
      );
  });

  it('refuses a login in the URL, which others could see', async () => {
    const { status, err } = await ndmp(['export', capture, '--to', 'otlp', '--endpoint', 'http://me:secret@localhost']);
    assert.equal(status, 2);
    assert.doesNotMatch(err, /secret/);
    assert.match(err, /OTEL_EXPORTER_OTLP_HEADERS/);
  });
});
