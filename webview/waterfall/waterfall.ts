import type { Bar, FindingMark, Lane } from '../../src/extension/messages';
import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { element, oncePerFrame, oneAtATime, setText, throttle } from '../dom';
import { announce } from '../layout/announcer';
import { SharpCanvas } from '../layout/canvas';
import { hideTooltip, showTooltip } from '../layout/tooltip';
import { VirtualList } from '../layout/virtualList';
import { drawAxis } from '../overview/drawOverview';
import { GUTTER, RIGHT_MARGIN } from '../overview/overviewStrip';
import { asZoom, pan, zoomAround } from '../overview/range';
import { TimeScale } from '../overview/timeScale';
import type { Signal } from '../signal';
import type { ViewState } from '../state';
import type { Theme } from '../theme';
import { barLines } from './barText';
import { drawFindings, drawGrid, drawLane } from './drawLanes';
import { LANE, nearest, neighbour, shapeAt, type Shape } from './laneGeometry';
import { LaneLabel } from './laneLabel';

const AXIS = 18;
const PIXELS_A_BAR = 3;

/** Every connection a lane, every request a bar up to its reply, every message of the server's own a tick. */
export class Waterfall {
  readonly root = element('section', { class: 'waterfall', 'aria-label': 'Waterfall of requests and replies' });
  private readonly canvas = new SharpCanvas();
  private readonly more = element('div', { class: 'lanes-more', 'aria-hidden': 'true' });
  private readonly list: VirtualList;
  private readonly labels = new WeakMap<HTMLElement, LaneLabel>();
  private readonly lanes = new Map<number, Lane>();
  private readonly draw = oncePerFrame(() => this.render());
  private readonly refresh = throttle(
    60,
    oneAtATime(() => this.load()),
  );
  private shapes: Shape[] = [];
  /** Findings by connection, in the order of the messages. */
  private found: ReadonlyMap<number, FindingMark[]> = new Map();
  /** Numbers and time of the selected message and its reply or request. */
  selected: ReadonlySet<number> = new Set();
  selectedAt: number | undefined;
  selectedConnection = 0;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly theme: Signal<Theme>,
    private readonly actions: Actions,
    private readonly onZoom: () => void,
  ) {
    this.list = new VirtualList({
      rowHeight: LANE.height,
      create: () => this.createLabel(),
      update: (row, index) => this.labels.get(row)!.update(state.capture.value.connections[index], state.capture.value),
      onRender: () => {
        this.refresh();
        this.draw();
      },
    });
    this.list.scroller.classList.add('lanes');
    this.list.scroller.tabIndex = 0;
    this.list.scroller.setAttribute('role', 'list');
    this.list.scroller.setAttribute('aria-label', HINT);
    this.canvas.root.setAttribute('aria-hidden', 'true');
    this.root.append(this.list.scroller, this.canvas.root, this.more);
    this.listen();
  }

  redraw(): void {
    this.draw();
  }

  /** Fetches the visible lanes again. */
  reload(): void {
    this.refresh();
  }

  private listen(): void {
    const { state } = this;
    const { scroller } = this.list;
    state.capture.follow((capture) => {
      this.list.setCount(capture.connections.length);
      this.root.style.setProperty('--lanes-height', `${capture.connections.length * LANE.height + AXIS}px`);
      this.refresh();
    });
    state.zoom.onChange(() => {
      this.draw();
      this.refresh();
    });
    state.marks.onChange((marks) => {
      const found = new Map<number, FindingMark[]>();
      for (const mark of marks.values()) {
        const known = found.get(mark.connection);
        if (known) known.push(mark);
        else found.set(mark.connection, [mark]);
      }
      this.found = found;
      this.draw();
    });
    this.theme.onChange(() => this.draw());
    new ResizeObserver(() => {
      this.draw();
      this.refresh();
    }).observe(this.root);
    scroller.addEventListener('pointermove', (event) => this.onHover(event));
    scroller.addEventListener('pointerleave', hideTooltip);
    scroller.addEventListener('pointerdown', (event) => this.onPointer(event));
    scroller.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    scroller.addEventListener('dblclick', (event) => {
      if (this.pointed(event)) this.actions.zoomToSelection();
    });
    scroller.addEventListener('keydown', (event) => this.onKey(event));
  }

  private createLabel(): HTMLElement {
    const label = new LaneLabel(this.bus, this.actions);
    this.labels.set(label.root, label);
    return label.root;
  }

  private scale(): TimeScale {
    return new TimeScale(this.state.shown, GUTTER, Math.max(GUTTER + 20, this.root.clientWidth - RIGHT_MARGIN));
  }

  private async load(): Promise<void> {
    const { firstVisible, endVisible } = this.list.scroll;
    const connections = this.state.capture.value.connections.slice(firstVisible, endVisible).map(({ id }) => id);
    if (connections.length === 0) return;
    const { from, to } = this.state.shown;
    const maxBars = Math.max(50, Math.floor(this.scale().width / PIXELS_A_BAR));
    const answer = await this.bus.ask('lanes', { from, to, connections, maxBars }).catch(() => undefined);
    if (!answer) return;
    if (this.lanes.size > 200) this.lanes.clear();
    for (const lane of answer.lanes) this.lanes.set(lane.connection, lane);
    this.draw();
  }

  private render(): void {
    const height = this.root.clientHeight;
    const context = this.canvas.begin(this.root.clientWidth, height);
    const scale = this.scale();
    const theme = this.theme.value;
    const isSelected = (bar: Bar, connection: number): boolean => this.isSelected(bar, connection);
    const drawing = { scale, theme, isSelected };
    const { scroll } = this.list;
    const room = height - AXIS;
    this.shapes = [];
    context.save();
    context.beginPath();
    context.rect(0, 0, this.root.clientWidth, room);
    context.clip();
    drawGrid(context, drawing, room);
    const { connections } = this.state.capture.value;
    for (let index = scroll.firstVisible; index < scroll.endVisible; index++) {
      const connection = connections[index];
      const lane = connection && this.lanes.get(connection.id);
      this.shapes.push(...drawLane(context, drawing, connection, lane, scroll.offsetOf(index)));
      if (connection) drawFindings(context, drawing, this.found.get(connection.id) ?? [], scroll.offsetOf(index));
    }
    context.restore();
    drawAxis(context, scale, theme, height - 4, room);
    this.drawCursor(context, scale, room);
    const below = connections.length - Math.floor((scroll.top + scroll.viewport + 8) / LANE.height);
    setText(this.more, below > 0 ? `${below} more below` : '');
  }

  /** A bar that stands for many is marked when the selected message lies in its stretch. */
  private isSelected(bar: Bar, connection: number): boolean {
    if (bar.count === 1) return this.selected.has(bar.n);
    const at = this.selectedAt;
    const post = this.selected.size === 1;
    if (at === undefined || connection !== this.selectedConnection || post !== (bar.kind === 'post')) return false;
    return at >= bar.from && at <= (bar.to ?? bar.from);
  }

  private drawCursor(context: CanvasRenderingContext2D, scale: TimeScale, height: number): void {
    const at = this.selectedAt;
    if (at === undefined || at < scale.range.from || at > scale.range.to) return;
    context.fillStyle = this.theme.value.focus;
    context.fillRect(Math.round(scale.x(at)), 0, 1, height);
  }

  private pointed(event: MouseEvent): Shape | undefined {
    const box = this.root.getBoundingClientRect();
    const x = event.clientX - box.left;
    return x < GUTTER ? undefined : shapeAt(this.shapes, x, event.clientY - box.top);
  }

  private onHover(event: PointerEvent): void {
    const shape = event.buttons === 0 ? this.pointed(event) : undefined;
    this.list.scroller.classList.toggle('pointing', shape !== undefined);
    if (shape) showTooltip(event.clientX, event.clientY, barLines(shape.bar, this.state.digits));
    else hideTooltip();
  }

  /** A click selects, a drag moves the shown time. */
  private onPointer(event: PointerEvent): void {
    const box = this.root.getBoundingClientRect();
    if (event.button !== 0 || event.clientX - box.left < GUTTER) return;
    hideTooltip();
    const start = this.state.shown;
    const { secondsPerPixel } = this.scale();
    const { scroller } = this.list;
    let dragged = false;
    const move = (moved: PointerEvent): void => {
      dragged ||= Math.abs(moved.clientX - event.clientX) > 3;
      if (!dragged || !this.state.zoom.value) return;
      const by = (event.clientX - moved.clientX) * secondsPerPixel;
      this.state.zoom.value = pan(start, by, this.state.whole);
    };
    const end = (ended: PointerEvent): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      const shape = dragged ? undefined : this.pointed(ended);
      if (shape) this.pick(shape.bar);
      else if (dragged && this.state.zoom.value) this.onZoom();
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    scroller.focus();
  }

  private pick(bar: Bar): void {
    this.actions.select(bar.n, 'waterfall');
    announce(
      barLines(bar, this.state.digits)
        .map((line) => line.text)
        .join(', '),
    );
  }

  private onWheel(event: WheelEvent): void {
    const { whole, shown } = this.state;
    const delta = event.deltaY || event.deltaX;
    if (event.ctrlKey) {
      const at = this.scale().seconds(event.clientX - this.root.getBoundingClientRect().left);
      this.zoom(zoomAround(shown, Math.min(Math.max(at, shown.from), shown.to), 1.002 ** delta, whole));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.zoom(pan(shown, delta * this.scale().secondsPerPixel, whole));
    } else return;
    event.preventDefault();
  }

  private zoom(range: { from: number; to: number }): void {
    this.state.zoom.value = asZoom(range, this.state.whole);
    this.onZoom();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.list.scroller) return;
    const { whole, shown } = this.state;
    const middle = (shown.from + shown.to) / 2;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const lane = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (side && event.altKey) this.zoom(pan(shown, (side * (shown.to - shown.from)) / 10, whole));
    else if (side) this.step(side > 0);
    else if (lane) this.changeLane(lane);
    else if (event.key === '+' || event.key === '=')
      this.zoom(zoomAround(shown, this.selectedAt ?? middle, 0.5, whole));
    else if (event.key === '-') this.zoom(zoomAround(shown, this.selectedAt ?? middle, 2, whole));
    else if (event.key === 'Escape') this.zoom(whole);
    else return;
    event.preventDefault();
  }

  private step(forward: boolean): void {
    const connection = this.state.capture.value.connections[this.selectedConnection];
    const bar = neighbour(connection && this.lanes.get(connection.id), this.state.selection.value?.n, forward);
    if (bar) this.pick(bar);
  }

  private changeLane(by: number): void {
    const { connections } = this.state.capture.value;
    const index = Math.min(Math.max(this.selectedConnection + by, 0), connections.length - 1);
    this.selectedConnection = index;
    this.list.reveal(index);
    const bar = nearest(this.lanes.get(connections[index]?.id), this.selectedAt ?? this.state.shown.from);
    if (bar) this.pick(bar);
  }

  /** Brings the selected message's lane into view. */
  revealLane(connection: number): void {
    this.selectedConnection = connection;
    this.list.reveal(connection);
  }
}

const HINT =
  'Connections. Left and right arrow go from request to request, up and down between connections, ' +
  'plus and minus zoom, Escape shows the whole capture.';
