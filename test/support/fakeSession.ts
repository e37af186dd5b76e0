import {
  encodeBody,
  ErrorCode,
  findCode,
  type BodyValue,
  type MessageName,
  type NdmpVersion,
} from '../../src/protocol';
import { ExtensionState } from '../../src/server/extensions/extensionState';
import { refuse, RequestFailure } from '../../src/server/failure';
import { DEFAULT_LIMITS, type ServerLimits } from '../../src/server/limits';
import type { LogLevel, ServerLog } from '../../src/server/log';
import type { HandlerEntry } from '../../src/server/session/handler';
import { LoginState } from '../../src/server/session/loginState';
import type { Services } from '../../src/server/session/services';
import type { ServerSession } from '../../src/server/session/session';
import type { SystemView } from '../../src/server/system';

/** A post that a service has sent. */
export interface SentPost {
  name: string;
  body: BodyValue;
}

export interface FakeOptions {
  version?: NdmpVersion;
  view?: Partial<SystemView>;
  limits?: Partial<ServerLimits>;
  /** Makes the services that the test is about, as far as it needs them; the others are idle and have nothing. */
  services?: (session: ServerSession) => { [K in keyof Services]?: Partial<Services[K]> };
}

/** A control connection without a network: keeps what is posted and logged. */
export interface FakeSession extends ServerSession {
  version: NdmpVersion;
  readonly posts: SentPost[];
  readonly lines: { level: LogLevel; text: string }[];
  /** Posts of one kind. */
  posted(name: MessageName): BodyValue[];
}

/** An answer to a request: the handler's body, with the error of a refusal by its name. */
export interface FakeReply {
  error: string;
  body: BodyValue;
  /** Why it was refused. */
  why: string;
}

export function fakeSession(options: FakeOptions = {}): FakeSession {
  const posts: SentPost[] = [];
  const lines: FakeSession['lines'] = [];
  const version = options.version ?? 4;
  const view = fakeView(options.view);
  const log: ServerLog = {
    write: (level, text) => void lines.push({ level, text }),
    child: () => log,
  };
  const services: { -readonly [K in keyof Services]: Services[K] } = { ...idleServices };
  const session: FakeSession = {
    id: 1,
    version,
    client: { address: '127.0.0.1', port: 40000 },
    server: { address: '127.0.0.1', port: 10000 },
    user: { name: 'tester' },
    login: new LoginState(view, 3),
    extensions: new ExtensionState(),
    view,
    services,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log,
    posts,
    lines,
    posted: (name) => posts.filter((post) => post.name === name).map((post) => post.body),
    open: () => undefined,
    now: () => Date.now(),
    post(name, body) {
      encodeBody(findCode(name) ?? 0, session.version, 'post', body); // what cannot be sent fails here
      return posts.push({ name, body });
    },
    postEncoded: (code, body) => posts.push({ name: `0x${code.toString(16)}`, body: { encoded: body } }),
    caughtUp: () => Promise.resolve(),
  };
  Object.assign(services, options.services?.(session));
  return session;
}

/** Serves one request as the dispatcher would, by the handlers of a folder. */
export async function ask(
  session: ServerSession,
  handlers: readonly HandlerEntry[],
  name: MessageName,
  body: BodyValue = {},
): Promise<FakeReply> {
  const entry = handlers.find((each) => each.name === name);
  if (!entry) return { error: 'NOT_SUPPORTED', body: {}, why: `nobody serves ${name}` };
  try {
    const reply = (await entry.handle(session, body)) ?? {};
    encodeBody(findCode(name) ?? 0, session.version, 'reply', reply); // what cannot be sent fails here
    return { error: errorNamed(Number(reply.error ?? 0)), body: reply, why: '' };
  } catch (failure) {
    if (failure instanceof RequestFailure) return { error: errorNamed(failure.error), body: {}, why: failure.message };
    throw failure;
  }
}

export function errorNamed(error: number): string {
  return Object.entries(ErrorCode).find(([, code]) => code === error)?.[0] ?? String(error);
}

/** A view of a system that has nothing but addresses on loopback. */
export function fakeView(given: Partial<SystemView> = {}): SystemView {
  return {
    versions: [2, 3, 4],
    host: { hostname: 'tester', osType: 'test', osVersion: '1', hostId: '1' },
    product: { vendor: 'test', product: 'test', revision: '1' },
    authTypes: [0],
    passwordOf: () => undefined,
    loggedIn: () => undefined,
    connectionTypes: () => [0, 1],
    fileSystems: () => Promise.resolve([]),
    tapes: () => [],
    changers: () => [],
    tape: (device) => refuse('NO_DEVICE', `there is no tape ${device}`),
    scsi: (device) => refuse('NO_DEVICE', `there is no device ${device}`),
    resolve: () => undefined,
    extensions: () => [],
    select: () => undefined,
    dataAddress: (_service, family) => (family === 4 ? '127.0.0.1' : '::1'),
    dumpRecords: () => refuse('NOT_SUPPORTED', 'nothing is dumped here'),
    ...given,
  };
}

const idle = { busy: false, dispose: () => Promise.resolve() };
const idleServices = {
  tape: { ...idle, tape: undefined, noteMoverWrote: () => undefined },
  scsi: { ...idle, isOpen: false, device: undefined },
  mover: { ...idle, state: 'IDLE', facts: () => ({}) },
  data: { ...idle, state: 'IDLE' },
  local: {
    listen: () => refuse('ILLEGAL_STATE', 'no local connections here'),
    connect: () => refuse('CONNECT', 'no local connections here'),
    reader: undefined,
  },
} as unknown as Services;
