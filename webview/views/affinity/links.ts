import type { AffinityAnswer, ThingView } from '../../../src/analysis/affinity';
import { WAYS } from './words';

const SVG = 'http://www.w3.org/2000/svg';
/** How far a link reaches into the gap between cards. */
const REACH = 24;
/** With more volumes than this only the chosen pair is linked. */
const MAX_LINKS = 40;

interface Box {
  left: number;
  right: number;
  middle: number;
}

/** Lines from volumes to the chosen drive, drawn behind the cards; they repeat what the words on the cards say. */
export class Links {
  readonly root = document.createElementNS(SVG, 'svg');

  constructor(private readonly cards: HTMLElement) {
    this.root.setAttribute('class', 'aff-links');
    this.root.setAttribute('aria-hidden', 'true');
  }

  draw({ nodes, pair }: AffinityAnswer): void {
    this.root.replaceChildren();
    const frame = this.root.parentElement?.getBoundingClientRect();
    if (pair === undefined || frame === undefined) return;
    const drive = this.box(pair.drive.id, frame);
    if (drive === undefined) return;
    const volumes = nodes.flatMap(({ things }) => things).filter(({ kind }) => kind === 'volumes');
    const few = volumes.length <= MAX_LINKS ? volumes : volumes.filter(({ id }) => id === pair.volume.id);
    // the chosen one last, over the others
    for (const volume of [...few].sort((a, b) => Number(a.id === pair.volume.id) - Number(b.id === pair.volume.id)))
      this.link(volume, volume.id === pair.volume.id, this.box(volume.id, frame), drive);
  }

  private box(thing: number, frame: DOMRect): Box | undefined {
    const item = this.cards.querySelector(`[data-item="thing ${thing}"]`);
    const card = item?.closest('.aff-card')?.getBoundingClientRect();
    if (!item || !card) return undefined;
    const { top, height } = item.getBoundingClientRect();
    return { left: card.left - frame.left, right: card.right - frame.left, middle: top - frame.top + height / 2 };
  }

  private link({ way, supposed }: ThingView, chosen: boolean, from: Box | undefined, to: Box): void {
    const drawn = supposed ?? way;
    if (from === undefined || (drawn !== 'local' && drawn !== 'three-way')) return;
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', curve(from, to));
    path.setAttribute('class', `aff-link ${WAYS[drawn].class}${chosen ? ' chosen' : ''}`);
    this.root.append(path);
  }
}

/** Within a column the link bows out to the right; between columns it goes from the near side to the near side. */
function curve(from: Box, to: Box): string {
  const isBeside = from.left === to.left;
  const [x1, x2] = isBeside
    ? [from.right, to.right]
    : from.left < to.left
      ? [from.right, to.left]
      : [from.left, to.right];
  const [c1, c2] = isBeside
    ? [x1 + REACH, x2 + REACH]
    : from.left < to.left
      ? [x1 + REACH, x2 - REACH]
      : [x1 - REACH, x2 + REACH];
  return `M ${x1} ${from.middle} C ${c1} ${from.middle}, ${c2} ${to.middle}, ${x2} ${to.middle}`;
}
