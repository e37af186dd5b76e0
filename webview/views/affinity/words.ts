import type { ThingView, Way } from '../../../src/analysis/affinity';
import type { Reason } from '../../../src/analysis/affinity/verdict';

/** A sign beside each word, so that nothing is told by colour alone. */
export const WAYS: Readonly<Record<Way, { sign: string; text: string; class: string }>> = {
  local: { sign: '●', text: 'local', class: 'way-local' },
  'three-way': { sign: '⇄', text: 'three-way', class: 'way-three' },
  impossible: { sign: '✕', text: 'impossible', class: 'way-none' },
  unknown: { sign: '?', text: 'unknown', class: 'way-unknown' },
};

export const MARKS: Readonly<Record<Reason['mark'], { sign: string; name: string; class: string }>> = {
  for: { sign: '✓', name: 'for', class: 'mark-for' },
  against: { sign: '✕', name: 'against', class: 'mark-against' },
  note: { sign: '·', name: 'remark', class: 'mark-note' },
  unknown: { sign: '?', name: 'not told', class: 'mark-unknown' },
};

export const KINDS: Readonly<Record<ThingView['kind'], { title: string; one: string; none: string }>> = {
  volumes: { title: 'Volumes', one: 'volume', none: 'none' },
  tapes: { title: 'Tape devices', one: 'tape device', none: 'none' },
  changers: { title: 'Changers', one: 'changer', none: 'none' },
};

export const LISTED: Readonly<Record<ThingView['listed'], string>> = {
  yes: '',
  no: 'not here',
  'not asked': '',
  used: 'used',
};

export const LISTED_WHY: Readonly<Record<ThingView['listed'], string>> = {
  yes: 'The control connection lists it.',
  no: "The control connection's own list does not have it; it was seen over another one.",
  'not asked': 'This control connection was not asked for such a list; it was seen over another one.',
  used: 'No list has it, but the DMA used it.',
};

export const CAB: Readonly<Record<'on' | 'off' | 'unknown', string>> = {
  on: 'CAB on',
  off: 'CAB off',
  unknown: 'CAB not told',
};
