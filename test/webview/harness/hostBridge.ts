import type { HostMessage, WebviewMessage } from '../../../src/extension/messages';
import { fromPlainJson, toPlainJson } from './plainJson';

/** In a page: what VS Code gives a webview, tied to the host that the harness's server runs. */
const page = String(Math.random()).slice(2);
const address = (path: string): string => `${path}?page=${page}&${location.search.slice(1)}`;
const told: WebviewMessage[] = [];
let ready: Promise<void> = Promise.resolve();

const events = new EventSource(address('events'));
const opened = new Promise<void>((done) => events.addEventListener('open', () => done(), { once: true }));
events.addEventListener('message', ({ data }: MessageEvent<string>) =>
  window.postMessage(fromPlainJson(data) as HostMessage, '*'),
);

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage(message: WebviewMessage) {
      told.push(message);
      const body = toPlainJson(message);
      // one after the other, as VS Code delivers them
      ready = ready
        .then(() => opened)
        .then(() => fetch(address('host'), { method: 'POST', body }))
        .then(() => undefined);
    },
  }),
  harness: { told, send: (message: HostMessage) => window.postMessage(message, '*') },
});
