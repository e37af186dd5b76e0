import * as vscode from 'vscode';
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

function diagnosticsOf({ uri, insights }: CaptureDocument, workbench: Workbench): vscode.Diagnostic[] {
  const settings = findingSettings(uri);
  const here = workbench.memory.position(uri.toString())?.disabledRules ?? [];
  const disabledRules = [...settings.disabledRules, ...here];
  return problemList(insights.findings, insights.rules, { ...settings, disabledRules }).map((problem) => {
    const made = new vscode.Diagnostic(rangeAt(problem.line), problem.text, severityOf[problem.severity]);
    made.source = SOURCE;
    made.code = problem.rule || undefined;
    made.relatedInformation = problem.related.map(
      ({ line, text }) => new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, rangeAt(line)), text),
    );
    return made;
  });
}

const rangeAt = (line: number): vscode.Range => new vscode.Range(line, 0, line, 0);
