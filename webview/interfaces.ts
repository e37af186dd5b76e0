import type { InterfaceName } from '../src/extension/messages';

export interface InterfaceStyle {
  name: InterfaceName;
  label: string;
  /** The theme's colour variable; the class `if-<name>` sets the same one in the style sheets. */
  variable: string;
}

/** One colour for each NDMP interface, in the order in which a backup uses them. Red is kept for errors. */
export const INTERFACES: readonly InterfaceStyle[] = [
  { name: 'connect', label: 'Connect', variable: '--vscode-descriptionForeground' },
  { name: 'config', label: 'Config', variable: '--vscode-charts-blue' },
  { name: 'scsi', label: 'SCSI', variable: '--vscode-terminal-ansiMagenta' },
  { name: 'tape', label: 'Tape', variable: '--vscode-symbolIcon-classForeground' },
  { name: 'mover', label: 'Mover', variable: '--vscode-charts-purple' },
  { name: 'data', label: 'Data', variable: '--vscode-terminal-ansiCyan' },
  { name: 'notify', label: 'Notify', variable: '--vscode-charts-yellow' },
  { name: 'log', label: 'Log', variable: '--vscode-editorLineNumber-foreground' },
  { name: 'fh', label: 'File history', variable: '--vscode-charts-green' },
  { name: 'extension', label: 'Extension', variable: '--vscode-terminal-ansiBrightBlue' },
];

const BY_NAME = new Map(INTERFACES.map((style) => [style.name, style]));

export function interfaceLabel(name: InterfaceName): string {
  return BY_NAME.get(name)?.label ?? name;
}
