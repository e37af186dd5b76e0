import type { ViewCommand } from '../messages';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { askText } from './prompt';
import { activePanel, openModel } from './target';

type Names =
  | 'nextError'
  | 'previousError'
  | 'goToMessage'
  | 'goToPair'
  | 'copyJson'
  | 'copyHex'
  | 'copyFilter'
  | 'copyValue'
  | 'toggleTimeDisplay'
  | 'toggleErrorsOnly';

/** Commands that the view of the editor in front carries out. */
export function viewCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  const send = (command: ViewCommand) => () => activePanel(workbench).command(command);
  return {
    nextError: send('nextError'),
    previousError: send('previousError'),
    goToPair: send('jumpToPair'),
    copyJson: send('copyJson'),
    copyHex: send('copyHex'),
    copyFilter: send('copyFilter'),
    copyValue: send('copyValue'),
    toggleTimeDisplay: send('cycleTimeMode'),
    toggleErrorsOnly: send('toggleErrors'),

    async goToMessage() {
      const panel = activePanel(workbench);
      const { count } = openModel(panel).index;
      const answer = await askText({
        title: 'Go to Message',
        prompt: `A message number from 1 to ${count}`,
        validateInput: (text) => (isMessage(text, count) ? undefined : `Not a number from 1 to ${count}.`),
      });
      if (answer !== undefined) panel.post({ type: 'select', n: Number(answer) });
    },
  };
}

function isMessage(text: string, count: number): boolean {
  return /^\s*\d{1,10}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= count;
}
