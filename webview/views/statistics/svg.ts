import { setAttributes, type Attributes, type Child } from '../../dom';

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes and children; text only ever becomes text nodes. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}
