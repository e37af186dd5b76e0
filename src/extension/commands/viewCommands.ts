import type { TabId, TabTarget, ViewCommand } from '../messages';
import { UserError } from '../editor/userError';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { askText } from './prompt';
import { activePanel, openModel, sessionItem } from './target';

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
  | 'toggleErrorsOnly'
  | 'showFinding'
  | TabCommand;

type TabCommand =
  | 'showTimeline'
  | 'showSequence'
  | 'showAffinity'
  | 'showFindings'
  | 'showHistory'
  | 'showStatistics'
  | 'showExplanation'
  | 'showDiff';

/** Commands that the view of the editor in front carries out. */
export function viewCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  const send = (command: ViewCommand) => () => activePanel(workbench).command(command);
  const open = (tab: TabId) => (target?: unknown) => openTab(workbench, tab, target);
  return {
    showTimeline: open('timeline'),
    showSequence: open('sequence'),
    showAffinity: open('affinity'),
    showFindings: open('findings'),
    showHistory: open('history'),
    showStatistics: open('statistics'),
    showExplanation: open('explain'),
    showDiff: open('diff'),
    nextError: send('nextError'),
    previousError: send('previousError'),
    goToPair: send('jumpToPair'),
    copyJson: send('copyJson'),
    copyHex: send('copyHex'),
    copyFilter: send('copyFilter'),
    copyValue: send('copyValue'),
    toggleTimeDisplay: send('cycleTimeMode'),
    toggleErrorsOnly: send('toggleErrors'),

    showFinding: (file, finding, n) => showFinding(workbench, file, finding, n),

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

/** Opens a tab in the editor of the side bar's item, or in the one in front. */
function openTab(workbench: Workbench, tab: TabId, argument: unknown): void {
  const item = sessionItem(argument);
  const panel = (item && workbench.panelOf(item.document)) ?? activePanel(workbench);
  const target: TabTarget | undefined = item?.kind === 'job' ? { job: item.job } : undefined;
  panel.reveal();
  panel.post({ type: 'open', tab, target });
}

/** Shows a finding of an open capture; the arguments come out of a link. */
function showFinding(workbench: Workbench, file: unknown, finding: unknown, n: unknown): void {
  const document = [...workbench.documents].find(({ uri }) => uri.toString() === file);
  const panel = document && workbench.panelOf(document);
  if (!panel) throw new UserError('The capture that this finding is about is not open any more.');
  panel.reveal();
  const target: TabTarget = { finding: number(finding), n: number(n) };
  panel.post({ type: 'open', tab: 'findings', target });
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

function isMessage(text: string, count: number): boolean {
  return /^\s*\d{1,10}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= count;
}
