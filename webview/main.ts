import type { HostMessage, WebviewMessage } from '../src/extension/messages';
import { Bus } from './bus';
import { CaptureApp } from './captureApp';
import { registerControls } from './controls';

declare function acquireVsCodeApi(): { postMessage(message: WebviewMessage): void };

const api = acquireVsCodeApi();
const bus = new Bus((message) => api.postMessage(message));
const report = (error: unknown): void =>
  bus.tell({ type: 'viewError', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });

window.addEventListener('error', (event) => report(event.error ?? event.message));
window.addEventListener('unhandledrejection', (event) => report(event.reason));
window.addEventListener('message', (event: MessageEvent<HostMessage>) => {
  if (typeof event.data?.type === 'string') bus.receive(event.data);
});

registerControls();
const app = new CaptureApp(bus);
document.body.append(app.root);
bus.tell({ type: 'ready' });
