import type { AffinityAnswer, ConnectionView, GhostView, NodeView, ThingView } from '../../../src/analysis/affinity';
import { element } from '../../dom';
import { CAB, KINDS, LISTED, LISTED_WHY, WAYS } from './words';

const FIRST_SHOWN = 12;
const KIND_ORDER = ['volumes', 'tapes', 'changers'] as const;

/** What a click on the cards does. */
export interface CardActions {
  thing(thing: ThingView): void;
  ghost(row: number): void;
  /** Looks from this control connection. */
  lif(place: number): void;
}

/** Control connections to one address. */
interface Lif {
  address: string;
  connections: ConnectionView[];
}

/** The nodes as cards, with LIFs, volumes, tape devices and changers. */
export class Cards {
  readonly root = element('div', { class: 'aff-cards' });
  /** Cards whose lists were opened in full, by node and kind. */
  private readonly opened = new Set<string>();

  constructor(private readonly actions: CardActions) {}

  draw(answer: AffinityAnswer, redraw: () => void): void {
    const placed = new Set(answer.nodes.flatMap(({ lifs }) => lifs));
    const left = answer.connections.filter(({ place }) => !placed.has(place));
    const cards = answer.nodes.map((node, i) => this.card(answer, node, i, redraw));
    this.root.replaceChildren(...(left.length > 0 ? [this.lifCard(answer, left)] : []), ...cards);
  }

  private lifCard(answer: AffinityAnswer, connections: readonly ConnectionView[]): HTMLElement {
    return element(
      'section',
      { class: 'aff-card aff-lif-card', 'aria-label': 'LIFs whose node is not told' },
      element('h3', {}, element('span', {}, 'Control LIFs'), element('span', { class: 'aff-tag' }, 'node not told')),
      ...this.lifs(answer, connections),
    );
  }

  private card(answer: AffinityAnswer, node: NodeView, i: number, redraw: () => void): HTMLElement {
    const { title, affinity, named, lifs } = node;
    const own = answer.connections.filter(({ place }) => lifs.includes(place));
    const isEmpty = node.things.length === 0 && node.ghosts.length === 0;
    return element(
      'section',
      {
        class: 'aff-card',
        'data-node': i,
        'aria-label': `${title}${affinity === undefined ? '' : `, affinity ${affinity}`}`,
      },
      element('h3', { title: named?.text ?? title }, element('span', { class: 'aff-name' }, title)),
      affinity !== undefined && element('div', { class: 'aff-affinity', title: affinity }, affinity),
      ...(own.length > 0 ? [heading(answer.ontap ? 'LIFs' : 'Address'), ...this.lifs(answer, own)] : []),
      ...(isEmpty
        ? [element('p', { class: 'aff-none' }, 'No message lists or uses a volume or a device here.')]
        : KIND_ORDER.flatMap((kind) => this.list(answer, node, i, kind, redraw))),
    );
  }

  private lifs(answer: AffinityAnswer, connections: readonly ConnectionView[]): HTMLElement[] {
    const byAddress = new Map<string, Lif>();
    for (const each of connections) {
      const lif = byAddress.get(each.endpoint) ?? { address: each.endpoint, connections: [] };
      lif.connections.push(each);
      byAddress.set(each.endpoint, lif);
    }
    return [...byAddress.values()].slice(0, 60).map((lif) => this.lif(answer, lif));
  }

  private lif({ control, ontap }: AffinityAnswer, { address, connections }: Lif): HTMLElement {
    const [first] = connections;
    const isControl = connections.some(({ place }) => place === control);
    const type = first.type ?? (first.possible.length < 4 ? `fits ${first.possible.join(' or ')}` : 'type not told');
    const contradicted = first.evidence.some(({ mark }) => mark === 'against');
    const made = element(
      'button',
      {
        type: 'button',
        class: `aff-item aff-lif${isControl ? ' chosen' : ''}`,
        'data-item': `lif ${address}`,
        'aria-pressed': String(isControl),
        title: [first.addressName, first.host?.text, CAB[first.cab]].filter(Boolean).join('\n'),
      },
      element(
        'span',
        { class: 'aff-item-name' },
        address,
        ontap && element('span', { class: 'aff-item-sub' }, contradicted ? `${type}, contradicted` : type),
      ),
      element('span', { class: 'aff-tag' }, isControl ? 'control' : countText(connections.length)),
    );
    made.addEventListener('click', () => this.actions.lif(first.place));
    return made;
  }

  private list(
    answer: AffinityAnswer,
    node: NodeView,
    i: number,
    kind: ThingView['kind'],
    redraw: () => void,
  ): HTMLElement[] {
    const things = node.things.filter((thing) => thing.kind === kind);
    const ghosts = node.ghosts.filter((ghost) => ghost.kind === kind);
    if (things.length + ghosts.length === 0)
      return kind === 'changers'
        ? []
        : [heading(KINDS[kind].title), element('p', { class: 'aff-none' }, KINDS[kind].none)];
    const id = `${i} ${kind}`;
    const isOpen = this.opened.has(id);
    const first = isOpen ? things : things.filter((thing, at) => at < FIRST_SHOWN || isChosen(answer, thing));
    const hidden = things.length - first.length + node.more[kind];
    return [
      heading(KINDS[kind].title, things.length + node.more[kind]),
      ...first.map((thing) => this.thing(answer, thing)),
      ...ghosts.map((ghost) => this.ghost(ghost)),
      ...(hidden > 0 ? [this.more(id, things.length > first.length, hidden, redraw)] : []),
    ];
  }

  private more(id: string, opens: boolean, hidden: number, redraw: () => void): HTMLElement {
    if (!opens)
      return element('p', { class: 'aff-none' }, `and ${hidden} more: type a part of the name above to find them`);
    const made = element(
      'button',
      { type: 'button', class: 'link aff-more', 'data-item': `more ${id}` },
      `and ${hidden} more`,
    );
    made.addEventListener('click', () => {
      this.opened.add(id);
      redraw();
    });
    return made;
  }

  private thing(answer: AffinityAnswer, thing: ThingView): HTMLElement {
    const { kind, name, otherNames, detail, pairs, listed, way, supposed, moved } = thing;
    const chosen = isChosen(answer, thing);
    const remark = [LISTED[listed], moved ?? ''].filter((part) => part !== '').join(', ');
    const made = element(
      'button',
      {
        type: 'button',
        class: `aff-item aff-${kind}${chosen ? ' chosen' : ''}${listed === 'no' ? ' elsewhere' : ''}`,
        'data-item': `thing ${thing.id}`,
        'aria-pressed': String(chosen),
        title: [name, ...otherNames, detail, LISTED_WHY[listed], ...pairs].filter((part) => part !== '').join('\n'),
      },
      element(
        'span',
        { class: 'aff-item-name' },
        name,
        remark !== '' && element('span', { class: 'aff-item-sub' }, remark),
      ),
      tag(way, supposed, detail),
    );
    made.addEventListener('click', () => this.actions.thing(thing));
    return made;
  }

  private ghost({ name, text, row, thing, kind }: GhostView): HTMLElement {
    const made = element(
      'button',
      {
        type: 'button',
        class: `aff-item aff-ghost aff-${kind}`,
        'data-item': `ghost ${thing}`,
        title: `${name}\nIt is listed here ${text}. Shows the message.`,
      },
      element('span', { class: 'aff-item-name' }, name),
      element('span', { class: 'aff-tag' }, text),
    );
    made.addEventListener('click', () => this.actions.ghost(row));
    return made;
  }
}

function isChosen({ pair }: AffinityAnswer, { id }: ThingView): boolean {
  return id === pair?.volume.id || id === pair?.drive.id;
}

function countText(connections: number): string {
  return connections > 1 ? `${connections} connections` : '';
}

function heading(text: string, count?: number): HTMLElement {
  return element('h4', {}, count !== undefined && count > FIRST_SHOWN ? `${text} (${count})` : text);
}

/** The way to the other half of the pair; with a what-if, now and then. */
function tag(way: ThingView['way'], supposed: ThingView['supposed'], detail: string): HTMLElement {
  if (way === undefined) return element('span', { class: 'aff-tag' }, detail);
  const now = wayTag(way);
  return supposed === undefined || supposed === way
    ? now
    : element(
        'span',
        { class: 'aff-change' },
        now,
        element('span', { class: 'hidden-text' }, ' now, would be '),
        element('span', { 'aria-hidden': 'true' }, ' → '),
        wayTag(supposed),
      );
}

/** Sign and word of a way. */
export function wayTag(way: NonNullable<ThingView['way']>): HTMLElement {
  const { sign, text, class: style } = WAYS[way];
  return element('span', { class: `way ${style}` }, element('span', { 'aria-hidden': 'true' }, `${sign} `), text);
}
