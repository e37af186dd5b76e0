import * as vscode from 'vscode';
import { commandId } from '../contributions';
import type { CaptureDocument } from '../editor/document';
import { areFindingSettingsChanged, findingSettings } from '../findingSettings';
import type { Workbench } from '../workbench';
import { problemList } from './problemList';
import type { Problem } from './problemList';

const SOURCE = 'NDMP';
const severityOf: Record<Problem['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

/** Lists the findings of open captures in VS Code's Problems panel. */
export function registerProblems(workbench: Workbench): vscode.Disposable {
  const list = vscode.languages.createDiagnosticCollection('ndmp');
  const shown = new Set<CaptureDocument>();
  const update = (document: CaptureDocument): void => {
    list.set(document.uri, diagnosticsOf(document, workbench));
    if (shown.has(document)) return;
    shown.add(document);
    document.onDidDispose(() => {
      shown.delete(document);
      list.delete(document.uri);
    });
  };
  return vscode.Disposable.from(
    list,
    workbench.onDidChange((document) => document && update(document)),
    workbench.onDidSwitchRules((document) => update(document)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (areFindingSettingsChanged(event)) for (const document of workbench.documents) update(document);
    }),
  );
}

function diagnosticsOf(document: CaptureDocument, workbench: Workbench): vscode.Diagnostic[] {
  const { uri, insights } = document;
  const { minimumSeverity } = findingSettings(uri);
  const disabledRules = [...workbench.disabledRules(document)];
  return problemList(insights.findings, insights.rules, { minimumSeverity, disabledRules }).map((problem) => {
    const made = new vscode.Diagnostic(rangeAt(problem.line), problem.text, severityOf[problem.severity]);
    made.source = SOURCE;
    if (problem.rule) made.code = { value: problem.rule, target: showTarget(uri, problem) };
    made.relatedInformation = problem.related.map(
      ({ line, text }) => new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, rangeAt(line)), text),
    );
    return made;
  });
}

/** A custom editor is not told which line of the panel was clicked; the rule's name is a link that leads there. */
function showTarget(uri: vscode.Uri, { line, finding }: Problem): vscode.Uri {
  const args = encodeURIComponent(JSON.stringify([uri.toString(), finding, line + 1]));
  return vscode.Uri.parse(`command:${commandId('showFinding')}?${args}`);
}

const rangeAt = (line: number): vscode.Range => new vscode.Range(line, 0, line, 0);
