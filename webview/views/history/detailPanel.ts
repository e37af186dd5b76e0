import type { FileRow } from '../../../src/analysis/history/fileRow';
import { AskError } from '../../bus';
import { element } from '../../dom';
import { bytesText, countText, plural } from '../../format';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';
import { timeText } from './fileCells';

type Fact = [name: string, value: string | HTMLElement];

/** All that is known of one file. */
export class DetailPanel {
  readonly root = element('section', { class: 'file-detail', 'aria-label': 'Selected file' });

  constructor(private readonly services: TabServices) {
    this.clear();
  }

  clear(): void {
    this.root.replaceChildren(element('p', { class: 'dim' }, 'Select a file to see all that the messages say of it.'));
  }

  async show(job: number, file: FileRow): Promise<void> {
    const { bus } = this.services;
    const { link, object } = file;
    if (object < 0) {
      this.clear();
      return;
    }
    try {
      const answer = await bus.askNewest('historyFile', { job, link, object });
      if (!answer?.detail) return;
      const { path, nameN, attributesN, fields } = answer.detail;
      this.root.replaceChildren(
        element('h2', {}, path),
        list([
          ...factsOf(file),
          ...(nameN === undefined ? [] : [this.message('Name in', nameN)]),
          ...(attributesN === undefined ? [] : [this.message('Attributes in', attributesN)]),
        ]),
        ...file.remarks.map((remark) => element('p', { class: 'limit' }, remark)),
        ...(fields.length === 0
          ? []
          : [element('h3', {}, 'As the message has it'), list(fields.map(({ name, value }): Fact => [name, value]))]),
      );
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.root.replaceChildren(element('p', { class: 'dim' }, error.message));
    }
  }

  private message(name: string, n: number): Fact {
    return [name, messageLink(this.services, n - 1, `message ${countText(n)}`)];
  }
}

function factsOf(file: FileRow): Fact[] {
  const facts: Fact[] = [['Type', file.type || 'not told']];
  if (file.folder)
    facts.push([
      'Below it',
      `${plural(file.files, 'file')}, ${plural(file.folders, 'directory', 'directories')}, ${bytesText(file.size ?? 0)}`,
    ]);
  else if (file.size !== undefined) facts.push(['Size', `${bytesText(file.size)} (${countText(file.size)} bytes)`]);
  if (file.mtime !== undefined) facts.push(['Modified', `${timeText(file.mtime)} UTC`]);
  if (file.mode !== '') facts.push(['Mode', file.mode], ['Owner', file.owner]);
  if (file.node !== '') facts.push(['Node', file.node]);
  facts.push(['fh_info', file.position ?? 'none: no direct access']);
  return facts;
}

function list(facts: readonly Fact[]): HTMLElement {
  return element(
    'dl',
    { class: 'fact-list' },
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}
