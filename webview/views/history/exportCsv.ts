import { AskError } from '../../bus';
import { countText } from '../../format';
import { announce, notify } from '../../layout/announcer';
import type { TabServices } from '../view';

/** What an editor can take as one file; more is a matter for the command line. */
const MOST_CHARACTERS = 200_000_000;

/** Asks for the files of a job as CSV, piece by piece, and lets the host save them. */
export async function exportCsv({ bus, state }: TabServices, job: number): Promise<void> {
  const pieces: string[] = [];
  let characters = 0;
  let from: number | undefined = 0;
  try {
    while (from !== undefined) {
      const { text, next }: { text: string; next: number | undefined } = await bus.ask('historyCsv', { job, from });
      pieces.push(text);
      characters += text.length;
      from = next;
      if (from !== undefined) announce(`${countText(from)} files gathered`);
      if (characters > MOST_CHARACTERS && from !== undefined) {
        notify('These are too many files for the editor: use "ndmp history FILE --format csv".');
        return;
      }
    }
    const name = `${state.capture.value.fileName.replace(/\.[^.]*$/, '') || 'capture'}-job-${job + 1}-files.csv`;
    const { saved } = await bus.ask('saveFile', { name, content: pieces.join('') });
    if (saved !== undefined) notify(`Saved ${saved}`);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    notify(error.message);
  }
}
