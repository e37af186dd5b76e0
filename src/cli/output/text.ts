import { markText } from '../../analysis/markText';
import type { MessageSource, MessageView } from '../../analysis/messageView';
import { decodeTree, escapeText, type FieldNode } from '../../protocol';
import { latencySeconds } from '../../session/messageTimes';
import type { Style } from '../terminal/style';
import { counted, span, utcText } from '../terminal/text';
import type { RowWriter } from './rowWriter';

/** Elements of an array that are shown; more are counted. */
const maxElements = 1000;

/** Every field of every message as an indented tree, as `tshark -V` does. */
export class TextWriter implements RowWriter {
  constructor(private readonly style: Style) {}

  head(_source: MessageSource, title: string | undefined): string[] {
    return title === undefined ? [] : [this.style.heading(escapeText(title)), ''];
  }

  row(view: MessageView): string {
    const { index, row, style } = { index: view.index, row: view.row, style: this.style };
    const lines = [style.heading(`Message ${row + 1}: ${view.message} ${index.kind(row)}`), ...about(view)];
    for (const mark of view.marks) {
      lines.push(style.warning(`    mark: ${escapeText(markText(mark))}`));
    }
    for (const problem of view.problems) {
      lines.push(style.warning(`    problem: ${escapeText(problem)}`));
    }
    for (const node of decodeTree(view.record.payload, view.context, { limit: maxElements })) {
      this.tree(node, 1, lines);
    }
    return `${lines.join('\n')}\n`;
  }

  private tree(node: FieldNode, depth: number, lines: string[]): void {
    const { name, display, problem, children = [], childCount = 0 } = node;
    const value = display === '' ? '' : `: ${display}`;
    const line = `${'    '.repeat(depth)}${escapeText(name)}${value}`;
    const failed = node.type === 'error' && node.raw !== 0;
    lines.push(problem !== undefined ? this.style.warning(line) : failed ? this.style.error(line) : line);
    children.forEach((child) => this.tree(child, depth + 1, lines));
    if (childCount > children.length) {
      lines.push(`${'    '.repeat(depth + 1)}… ${counted(childCount - children.length, 'more element')}`);
    }
  }
}

/** What is known of a message outside its bytes. */
function about(view: MessageView): string[] {
  const { index, row } = view;
  const lines = [
    `packet ${index.frame(row)}, ${utcText(index.seconds(row), index.nanos(row))} UTC, ${counted(index.length(row), 'byte')}`,
    `${view.src} → ${view.dst}, connection ${index.connection(row) + 1}, NDMPv${index.version(row)}`,
  ];
  const latency = latencySeconds(index, row);
  const pair = index.pair(row) + 1;
  if (latency !== undefined) {
    lines.push(`replies to message ${pair} after ${span(latency)}`);
  } else if (index.kind(row) === 'request') {
    lines.push(pair > 0 ? `answered by message ${pair}` : 'no reply in the capture');
  }
  const { fragments } = view.record;
  if (fragments.length > 1) {
    const sizes = fragments.slice(0, 20).join(', ') + (fragments.length > 20 ? ', …' : '');
    lines.push(`${counted(fragments.length, 'record fragment')} of ${sizes} bytes`);
  }
  return lines.map((line) => `    ${line}`);
}
