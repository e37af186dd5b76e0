import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import { CaptureStore } from '../../../src/extension/editor/captureStore';
import type { OpenedCapture } from '../../../src/extension/editor/captureStore';
import type { OtherCapture } from '../../../src/extension/editor/comparing';
import { CaptureView } from '../../../src/extension/editor/captureView';
import { filterLanguage } from '../../../src/extension/editor/filterLanguage';
import type { HostMessage, Position, WebviewMessage } from '../../../src/extension/messages';
import { Scheduler } from '../../../src/extension/scheduler';
import { openCaptureSync } from '../../../src/indexing';
import { fromPlainJson, toPlainJson } from './plainJson';

/** The extension host's side of a capture editor over HTTP: messages to it are posted, messages from it are a stream of events. */
export class RealHost {
  private readonly scheduler = new Scheduler();
  private readonly store: CaptureStore;
  private readonly opened: Promise<void>;
  private otherSession: OpenedCapture | undefined;

  /** @param other another capture or log, open beside it */
  constructor(
    private readonly path: string,
    private readonly other?: string,
  ) {
    this.store = new CaptureStore(path, basename(path), statSync(path).size, this.scheduler, (file) =>
      Promise.resolve(Object.assign(openCaptureSync(file), { done: Promise.resolve(), finished: true })),
    );
    this.opened = this.store.open();
  }

  /** Pages that are open, by the number they chose. */
  private readonly pages = new Map<string, { view: CaptureView; post: (message: HostMessage) => void }>();

  private get others(): OtherCapture[] {
    const { other } = this;
    if (other === undefined) return [];
    this.otherSession ??= Object.assign(openCaptureSync(other), { done: Promise.resolve(), finished: true });
    return [{ key: other, name: basename(other), session: this.otherSession, show: () => undefined }];
  }

  /** A page opens its stream of events. */
  async connect(page: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.opened;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const post = (message: HostMessage): void => void response.write(`data: ${toPlainJson(message)}\n\n`);
    const view = new CaptureView(this.store, {
      scheduler: this.scheduler,
      language: filterLanguage(() => []),
      post,
      copy: () => Promise.resolve(),
      save: (name) => Promise.resolve(name),
      others: { open: () => this.others, pick: () => Promise.resolve(undefined) },
    });
    this.pages.set(page, { view, post });
    response.write(': open\n\n');
    request.on('close', () => {
      view.dispose();
      this.pages.delete(page);
    });
  }

  /** A page tells or asks something. */
  async receive(page: string, request: IncomingMessage, response: ServerResponse, position: Position): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const message = fromPlainJson(Buffer.concat(parts).toString()) as WebviewMessage;
    response.writeHead(204).end();
    const open = this.pages.get(page);
    if (!open) return;
    if (message.type === 'ready')
      open.post({ type: 'init', capture: this.store.state, layout: {}, position, savedFilters: [] });
    else if (message.type === 'ask') await open.view.receive(message);
    else if (message.type === 'forget') open.view.forget(message.id);
    else if (message.type === 'setVersion') this.store.setVersion(message.connection, message.version);
    else if (message.type === 'viewError') console.error(`${this.path}: ${message.text}`);
  }

  dispose(): void {
    for (const { view } of this.pages.values()) view.dispose();
    this.store.dispose();
  }
}
