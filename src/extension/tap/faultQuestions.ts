import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { allMessages } from '../../protocol';
import { askText, pickOne } from '../commands/prompt';
import { UserError } from '../editor/userError';
import {
  errorChoices,
  FAULT_CHOICES,
  milliseconds,
  type FaultAnswers,
  type FaultChoice,
  type FaultQuestion,
} from './faultChoices';

const TITLE = 'Add Fault to Tap';
const ANY = 'Any message';
const SCRIPT = 'All of a fault script…';
const MAX_SCRIPT = 1024 * 1024;

/** Asks for a fault. @returns JSON as the tap takes it; undefined when the user gave up */
export async function askFault(): Promise<string | undefined> {
  const made = FAULT_CHOICES.map((choice) => ({ label: choice.label, detail: choice.detail, choice }));
  const script = { label: SCRIPT, detail: 'A file *.ndmpfaults.json', choice: undefined };
  const picked = await pickOne([...made, script], {
    title: TITLE,
    placeHolder: 'What shall happen to messages that pass',
    matchOnDetail: true,
  });
  if (!picked) return undefined;
  const { choice } = picked;
  if (!choice) return readScript();
  const answers: FaultAnswers = {};
  for (const question of choice.asks) if (!(await ask(question, choice, answers))) return undefined;
  return JSON.stringify(choice.make(answers));
}

/** @returns false when the user gave up */
async function ask(question: FaultQuestion, choice: FaultChoice, answers: FaultAnswers): Promise<boolean> {
  const title = `${TITLE}: ${choice.label.replace('…', '')}`;
  switch (question) {
    case 'message':
    case 'request': {
      const isRequest = question === 'request';
      const picked = await pickOne(messages(isRequest), {
        title,
        placeHolder: 'Which message',
        matchOnDescription: true,
      });
      answers.message = picked?.label === ANY ? undefined : picked?.label;
      return picked !== undefined;
    }
    case 'error': {
      const picked = await pickOne(
        errorChoices().map((label) => ({ label })),
        { title, placeHolder: 'The error' },
      );
      answers.error = picked?.label;
      return picked !== undefined;
    }
    case 'reason': {
      const items = (choice.reasons ?? []).map((label) => ({ label }));
      answers.reason = (await pickOne(items, { title, placeHolder: 'The reason that it gives' }))?.label;
      return answers.reason !== undefined;
    }
    case 'milliseconds': {
      const validateInput = (text: string) => (milliseconds(text) ? undefined : 'A time up to one hour: 500ms, 2s');
      const text = await askText({ title, prompt: 'How much later', value: '2s', validateInput });
      answers.milliseconds = text === undefined ? undefined : milliseconds(text);
      return answers.milliseconds !== undefined;
    }
    case 'rate': {
      const validateInput = (text: string) => (/^\s*[1-9]\d{0,11}\s*$/.test(text) ? undefined : 'A number from 1');
      const text = await askText({ title, prompt: 'Bytes a second', value: '1000', validateInput });
      answers.rate = text === undefined ? undefined : Number(text);
      return answers.rate !== undefined;
    }
    case 'times': {
      const picked = await pickOne(TIMES, { title, placeHolder: 'How often' });
      answers.times = picked?.times;
      return picked !== undefined;
    }
  }
}

const TIMES: readonly { label: string; times: number | 'always' }[] = [
  { label: 'Once', times: 1 },
  { label: 'Three times', times: 3 },
  { label: 'Always', times: 'always' },
];

function messages(isRequest: boolean): { label: string; description?: string }[] {
  const all = allMessages(4).filter(({ layouts }) => !isRequest || layouts.request !== undefined);
  const items = all.map(({ name, doc }) => ({ label: name, description: doc }));
  return isRequest ? items : [{ label: ANY }, ...items];
}

async function readScript(): Promise<string | undefined> {
  const filters = { 'Fault scripts': ['json'] };
  const [file] = (await vscode.window.showOpenDialog({ title: 'Fault Script', filters })) ?? [];
  if (!file) return undefined;
  const text = await readFile(file.fsPath, 'utf8');
  if (text.length > MAX_SCRIPT) throw new UserError(`${file.fsPath} is too long for a fault script.`);
  try {
    return JSON.stringify((JSON.parse(text) as { faults?: unknown } | null)?.faults ?? []);
  } catch (error) {
    throw new UserError(`${file.fsPath} is no JSON: ${(error as Error).message}`);
  }
}
