import { createInterface } from 'node:readline/promises';
import type { Answer, Question } from '../../dma/run/model';
import { escapeText } from '../../protocol';
import type { Io } from '../terminal/io';

const PROMPTS: Readonly<Record<Question['kind'], string>> = {
  'tape-wanted': 'Load it and press Enter, or type q to give up: ',
  'trust-certificate': 'Is it the right one? (yes/no) ',
};

/** Whether somebody sits there who can be asked. */
export function hasPerson({ stdin, stderr }: Io): boolean {
  return (stdin as NodeJS.ReadStream).isTTY === true && stderr.isTTY === true;
}

/** Asks on the terminal, one question at a time; where there is none, the answer is to give up. */
export function questionsOn(io: Io): (question: Question, signal?: AbortSignal) => Promise<Answer> {
  let turn: Promise<unknown> = Promise.resolve();
  return (question, signal) => {
    const answer = turn.then(() =>
      ask(signal ? { ...io, signal: AbortSignal.any([io.signal, signal]) } : io, question),
    );
    turn = answer.catch(() => undefined);
    return answer;
  };
}

/** A question of a command itself, to be answered with yes; without a person it counts as no. */
export async function confirmed(io: Io, text: string): Promise<boolean> {
  if (!hasPerson(io)) return false;
  return /^y(es)?$/i.test(await line(io, `${escapeText(text)} (yes/no) `));
}

async function ask(io: Io, question: Question): Promise<Answer> {
  if (io.signal.aborted) return 'give-up';
  io.stderr.write(`${escapeText(question.text)}\n`);
  if (!hasPerson(io)) return 'give-up';
  const said = await line(io, PROMPTS[question.kind]);
  if (question.kind === 'trust-certificate') return /^y(es)?$/i.test(said) ? 'go-on' : 'give-up';
  return /^(q|quit|n|no)$/i.test(said) ? 'give-up' : 'go-on';
}

/** What was typed; 'q' when it was broken off, or the input has ended. */
async function line({ stdin, stderr, signal }: Io, prompt: string): Promise<string> {
  // the terminal edits the line itself, and makes a signal of Ctrl-C
  const reader = createInterface({ input: stdin, output: stderr, terminal: false });
  const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('q')));
  try {
    return (await Promise.race([reader.question(prompt, { signal }), ended])).trim();
  } catch {
    return 'q';
  } finally {
    reader.close();
  }
}
