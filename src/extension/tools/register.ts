import * as vscode from 'vscode';
import { UserError } from '../editor/userError';
import { isCancelled } from '../scheduler';
import type { Workbench } from '../workbench';
import { toolAnswers } from './answers';
import type { OpenCaptures } from './answers';
import { answerText } from './answerText';
import { tools } from './declarations';
import type { ToolDeclaration, ToolName } from './declarations';
import { ToolInput } from './input';

/** Lets language models in the editor ask about open captures. They only read; nothing is sent anywhere by this extension. */
export function registerTools(workbench: Workbench): vscode.Disposable {
  const names = Object.keys(tools) as ToolName[];
  return vscode.Disposable.from(...names.map((name) => vscode.lm.registerTool(name, tool(workbench, name))));
}

function tool(workbench: Workbench, name: ToolName): vscode.LanguageModelTool<unknown> {
  const { displayName }: ToolDeclaration = tools[name];
  return {
    prepareInvocation: () => ({ invocationMessage: displayName }),
    async invoke({ input }, token) {
      const abort = new AbortController();
      const listening = token.onCancellationRequested(() => abort.abort());
      try {
        return result(await toolAnswers[name](openCaptures(workbench), new ToolInput(input), abort.signal));
      } catch (error) {
        if (isCancelled(error)) throw new vscode.CancellationError();
        if (!(error instanceof UserError))
          workbench.log.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return result(answerText({ error: error instanceof Error ? error.message : String(error) }));
      } finally {
        listening.dispose();
      }
    },
  };
}

const result = (text: string): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);

function openCaptures({ documents, activePanel, scheduler }: Workbench): OpenCaptures {
  const front = activePanel?.document;
  const ordered = [...documents].sort((a, b) => Number(b === front) - Number(a === front));
  return { stores: ordered.map(({ store }) => store), scheduler };
}
