import { OtlpError } from './otlpError';

/** Where traces go, as the environment variables of OpenTelemetry and the arguments say. */
export interface OtlpTarget {
  url: string;
  protocol: 'http/json' | 'http/protobuf';
  headers: Readonly<Record<string, string>>;
  /** Milliseconds for one request. */
  timeout: number;
  gzip: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_TIMEOUT = 10_000;
const TRACES = 'v1/traces';

/**
 * The collector to send to (OpenTelemetry specification, "OTLP exporter configuration"); undefined when none is named.
 * @param endpoint the argument; it goes before the environment
 * @throws OtlpError when what is named cannot be one
 */
export function otlpTarget(
  env: Environment,
  { endpoint, protocol, timeout }: { endpoint?: string; protocol?: string; timeout?: number },
): OtlpTarget | undefined {
  const variable = (name: string): string | undefined =>
    nonEmpty(env[`OTEL_EXPORTER_OTLP_TRACES_${name}`]) ?? nonEmpty(env[`OTEL_EXPORTER_OTLP_${name}`]);
  const url = urlOf(env, endpoint);
  if (url === undefined) return undefined;
  return {
    url,
    protocol: protocolOf(protocol ?? variable('PROTOCOL')),
    headers: headersOf(variable('HEADERS')),
    timeout: timeout ?? milliseconds(variable('TIMEOUT')),
    gzip: variable('COMPRESSION') !== 'none',
  };
}

function urlOf(env: Environment, endpoint: string | undefined): string | undefined {
  const traces = nonEmpty(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const base = nonEmpty(env.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (endpoint !== undefined) return checked(endpoint, '--endpoint', true);
  if (traces !== undefined) return checked(traces, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', false);
  return base === undefined
    ? undefined
    : checked(`${base.replace(/\/+$/, '')}/${TRACES}`, 'OTEL_EXPORTER_OTLP_ENDPOINT', false);
}

function checked(text: string, name: string, complete: boolean): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new OtlpError(`${name} is no URL: it has the form http://host:4318.`, true);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OtlpError(`${name} must begin with http:// or https://; traces go over OTLP/HTTP.`, true);
  if (url.username !== '' || url.password !== '')
    throw new OtlpError(
      `${name} holds a login: put it into OTEL_EXPORTER_OTLP_HEADERS, as in authorization=Bearer%20…`,
      true,
    );
  if (complete && (url.pathname === '/' || url.pathname === '')) url.pathname = `/${TRACES}`;
  return url.href;
}

function protocolOf(text: string | undefined): OtlpTarget['protocol'] {
  if (text === undefined || text === 'http/protobuf') return 'http/protobuf';
  if (text === 'http/json') return text;
  throw new OtlpError(
    `the OTLP protocol ${JSON.stringify(text)} is not known here: http/protobuf and http/json are.`,
    true,
  );
}

/** `name=value,name=value`, values percent-encoded (W3C Baggage, as OpenTelemetry wants it). */
function headersOf(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of (text ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at < 1) continue;
    headers[decoded(pair.slice(0, at)).toLowerCase()] = decoded(pair.slice(at + 1));
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}

function milliseconds(text: string | undefined): number {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : DEFAULT_TIMEOUT;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
