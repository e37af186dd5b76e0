/**
 * Everything the extension contributes to VS Code that has a name: commands and settings, each once.
 * package.json's `contributes` is generated from these tables (scripts/generate-contributions.ts); a command here
 * without an implementation does not compile (see commands.ts).
 */

import { tapCommands, tapSettings, type TapSettingValues } from './tapContributions';

export { TAP_STATUS_ITEM, TAPS_VIEW } from './tapContributions';

/** The custom editor's view type, also the id of its webviews. */
export const CAPTURE_EDITOR = 'ndmpWorkbench.capture';
/** The same editor for server logs, which have names that other files have too: by "Open With". */
export const LOG_EDITOR = 'ndmpWorkbench.log';
/** The tree in the NDMP side bar. */
export const SESSIONS_VIEW = 'ndmpWorkbench.sessions';
/** The status bar item. */
export const STATUS_ITEM = 'ndmpWorkbench.status';

/** The status bar item of the lab. */
export const LAB_STATUS_ITEM = 'ndmpWorkbench.labStatus';

/** Context keys that `when` clauses and `setContext` share. */
export const contextKeys = {
  hasCapture: 'ndmpWorkbench.hasCapture',
  indexing: 'ndmpWorkbench.indexing',
  damaged: 'ndmpWorkbench.damaged',
  /** A tap runs. */
  hasTap: 'ndmpWorkbench.hasTap',
} as const;

const IN_EDITOR = `activeCustomEditorId =~ /^ndmpWorkbench\\.(capture|log)$/`;
const ON_CAPTURE = `view == ${SESSIONS_VIEW} && viewItem == capture`;
const ON_FINDINGS = `view == ${SESSIONS_VIEW} && viewItem == findings`;
const ON_JOB = `view == ${SESSIONS_VIEW} && viewItem == job`;
const ON_CONNECTION = `view == ${SESSIONS_VIEW} && viewItem == connection`;

export type MenuId = 'editor/title' | 'view/title' | 'view/item/context';

export interface MenuEntry {
  menu: MenuId;
  when: string;
  group: string;
}

export interface CommandContribution {
  title: string;
  /** A codicon, `$(name)`. */
  icon?: string;
  /** When the palette offers it; always, when absent. `false`: never (it needs an argument from a menu). */
  palette?: string | false;
  key?: { key: string; mac?: string; when: string };
  menus?: readonly MenuEntry[];
}

const title = (group: string, when = IN_EDITOR): MenuEntry => ({ menu: 'editor/title', when, group });

/** The command that brings a tab of the editor to the front; `items` are those of the side bar that it can be about. */
const tab = <T extends string>(text: T, place: number, ...items: string[]) => ({
  title: text,
  palette: IN_EDITOR,
  key: { key: `alt+${place}`, mac: `ctrl+${place}`, when: IN_EDITOR },
  menus: [
    title(`0_tab@${place}`),
    ...items.map((when): MenuEntry => ({ menu: 'view/item/context', when, group: `0_tab@${place}` })),
  ],
});

export const commands = {
  openCapture: {
    title: 'Open Capture…',
    icon: '$(folder-opened)',
    menus: [{ menu: 'view/title', when: `view == ${SESSIONS_VIEW}`, group: 'navigation@1' }],
  },
  openSample: {
    title: 'Open Sample Capture…',
    menus: [{ menu: 'view/title', when: `view == ${SESSIONS_VIEW}`, group: '1_open@1' }],
  },
  filter: {
    title: 'Filter…',
    icon: '$(filter)',
    palette: IN_EDITOR,
    key: { key: 'ctrl+f', mac: 'cmd+f', when: IN_EDITOR },
    menus: [title('navigation@1')],
  },
  clearFilter: {
    title: 'Clear Filter',
    icon: '$(clear-all)',
    palette: IN_EDITOR,
    key: { key: 'ctrl+shift+backspace', mac: 'cmd+shift+backspace', when: IN_EDITOR },
    menus: [title('1_filter@1')],
  },
  applySavedFilter: {
    title: 'Choose Filter…',
    palette: IN_EDITOR,
    menus: [title('1_filter@2')],
  },
  saveFilter: {
    title: 'Save Filter…',
    icon: '$(save)',
    palette: IN_EDITOR,
    menus: [title('1_filter@3')],
  },
  deleteFilter: { title: 'Delete Filter…' },
  nextError: {
    title: 'Go to Next Error',
    icon: '$(arrow-down)',
    palette: IN_EDITOR,
    key: { key: 'f8', when: IN_EDITOR },
    menus: [title('navigation@3')],
  },
  previousError: {
    title: 'Go to Previous Error',
    icon: '$(arrow-up)',
    palette: IN_EDITOR,
    key: { key: 'shift+f8', when: IN_EDITOR },
    menus: [title('navigation@2')],
  },
  goToMessage: {
    title: 'Go to Message Number…',
    palette: IN_EDITOR,
    key: { key: 'ctrl+g', when: IN_EDITOR },
  },
  goToPair: {
    title: 'Go to Reply or Request',
    icon: '$(arrow-swap)',
    palette: IN_EDITOR,
    key: { key: 'f12', when: IN_EDITOR },
  },
  copyJson: {
    title: 'Copy as JSON',
    palette: IN_EDITOR,
  },
  copyHex: {
    title: 'Copy as Hex',
    palette: IN_EDITOR,
  },
  copyFilter: {
    title: 'Copy as Filter',
    palette: IN_EDITOR,
  },
  copyValue: {
    title: 'Copy Value',
    palette: IN_EDITOR,
  },
  toggleTimeDisplay: {
    title: 'Switch Time Display (Relative, Absolute, Delta)',
    icon: '$(watch)',
    palette: IN_EDITOR,
    menus: [title('2_view@1')],
  },
  toggleErrorsOnly: {
    title: 'Show Only Errors and Problems',
    icon: '$(error)',
    palette: IN_EDITOR,
    menus: [title('2_view@2')],
  },
  showTimeline: tab('Show Timeline', 1, ON_CAPTURE),
  showSequence: tab('Show Sequence Diagram', 2, ON_JOB),
  showAffinity: tab('Show CAB Affinity', 3, ON_CAPTURE, ON_JOB),
  showFindings: tab('Show Findings', 4, ON_CAPTURE, ON_FINDINGS),
  showHistory: tab('Show File History', 5, ON_JOB),
  showStatistics: tab('Show Statistics', 6, ON_CAPTURE, ON_JOB),
  showExplanation: tab('Explain Job', 7, ON_JOB),
  showDiff: tab('Compare With Another Session', 8, ON_JOB),
  setVersion: {
    title: 'Set NDMP Version for Connection…',
    palette: IN_EDITOR,
    menus: [{ menu: 'view/item/context', when: ON_CONNECTION, group: '2_version@1' }],
  },
  filterToConnection: {
    title: 'Filter to This Connection',
    icon: '$(filter)',
    palette: IN_EDITOR,
    menus: [
      { menu: 'view/item/context', when: ON_CONNECTION, group: 'inline@1' },
      { menu: 'view/item/context', when: ON_CONNECTION, group: '1_filter@1' },
    ],
  },
  showConnection: { title: 'Show Connection', palette: false },
  showFinding: { title: 'Show Finding', palette: false },
  copyAddress: {
    title: 'Copy Addresses',
    palette: false,
    menus: [{ menu: 'view/item/context', when: ON_CONNECTION, group: '3_copy@1' }],
  },
  showDamage: {
    title: 'Show Damage in Capture',
    icon: '$(warning)',
    palette: `${IN_EDITOR} && ${contextKeys.damaged}`,
    menus: [title('2_view@3', `${IN_EDITOR} && ${contextKeys.damaged}`)],
  },
  showSummary: { title: 'Show Capture Summary', icon: '$(info)', palette: contextKeys.hasCapture },
  exportRows: {
    title: 'Export Visible Rows as JSON Lines…',
    icon: '$(export)',
    palette: IN_EDITOR,
    menus: [title('3_export@1')],
  },
  exportCapture: {
    title: 'Export…',
    icon: '$(export)',
    palette: IN_EDITOR,
    menus: [title('3_export@2')],
  },
  cancelIndexing: {
    title: 'Cancel Indexing',
    icon: '$(stop-circle)',
    palette: contextKeys.indexing,
    menus: [title('navigation@0', `${IN_EDITOR} && ${contextKeys.indexing}`)],
  },
  reload: {
    title: 'Reload Capture from Disk',
    icon: '$(refresh)',
    palette: IN_EDITOR,
    menus: [title('4_file@1')],
  },
  followCapture: {
    title: 'Follow Capture While It Is Written',
    palette: IN_EDITOR,
    menus: [title('4_file@2')],
  },
  useTlsKeyLog: {
    title: 'Use TLS Key Log…',
    palette: IN_EDITOR,
    menus: [title('4_file@3')],
  },
  reopenWith: {
    title: 'Reopen Capture With Another Editor…',
    palette: IN_EDITOR,
  },
  startLab: { title: 'Start Lab', icon: '$(play)' },
  stopLab: { title: 'Stop Lab', icon: '$(debug-stop)' },
  showLab: { title: 'Show How to Connect to the Lab' },
  moveLabVolume: { title: 'Move Lab Volume…' },
  copyLabPassword: { title: 'Copy Lab Password…' },
  openLabLog: { title: 'Open Lab Log' },
  ...tapCommands,
  showLog: { title: 'Show Log' },
} as const satisfies Record<string, CommandContribution>;

export type CommandName = keyof typeof commands;

/** 'filter' → 'ndmpWorkbench.filter', the id VS Code knows. */
export function commandId<N extends CommandName>(name: N): `ndmpWorkbench.${N}` {
  return `ndmpWorkbench.${name}`;
}

export interface SettingContribution {
  type: 'array' | 'integer' | 'string' | 'object';
  default: unknown;
  markdownDescription: string;
  scope?: 'window' | 'resource' | 'machine-overridable';
  minimum?: number;
  enum?: readonly string[];
  enumDescriptions?: readonly string[];
  items?: object;
  uniqueItems?: boolean;
  additionalProperties?: object;
}

export const timeDisplays = ['relative', 'absolute', 'delta'] as const;
export type TimeDisplay = (typeof timeDisplays)[number];

export const severities = ['error', 'warning', 'note'] as const;

export const settings = {
  ports: {
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: 65535 },
    uniqueItems: true,
    default: [],
    markdownDescription:
      'TCP ports whose connections are read as NDMP even when their content does not look like it. NDMP is recognised by its content on every port, so this is only needed for connections whose start is missing or damaged.',
  },
  maxUnpackedBytes: {
    type: 'integer',
    minimum: 1048576,
    default: 4294967296,
    markdownDescription:
      'Most bytes that a compressed capture (`.gz`) may unpack to. Reading stops there, and the editor says so.',
  },
  'tls.keyLogFile': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'NSS key log (what programs write with `SSLKEYLOGFILE`) with the keys of encrypted connections, for all captures. *NDMP: Use TLS Key Log…* gives one capture its own.',
  },
  timeDisplay: {
    type: 'string',
    enum: timeDisplays,
    enumDescriptions: [
      'Seconds since the first message.',
      'Date and time of day, with the precision of the capture.',
      'Seconds since the row above.',
    ],
    default: 'relative',
    markdownDescription: 'How times are shown when a capture opens.',
  },
  'findings.disabledRules': {
    type: 'array',
    items: { type: 'string' },
    uniqueItems: true,
    default: [],
    scope: 'resource',
    markdownDescription:
      'Rules whose findings are not shown, by their ids: `["slow-reply"]`. The Findings tab lists all rules with their ids, and can switch a rule off for one file alone.',
  },
  'findings.minimumSeverity': {
    type: 'string',
    enum: severities,
    enumDescriptions: [
      'Only errors: what breaks the protocol or a job.',
      'Errors and warnings.',
      'Everything, also what is only worth knowing.',
    ],
    default: 'warning',
    scope: 'resource',
    markdownDescription:
      'Findings of this severity and graver ones are listed in the Problems panel and marked on rows. The Findings tab shows all.',
  },
  'lab.folder': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'Folder of the lab: volumes, tapes, passwords and its log. Empty: `.ndmp-lab` in the home directory, which `ndmp lab` uses too.',
  },
  'lab.port': {
    type: 'integer',
    minimum: 0,
    default: 10000,
    markdownDescription: 'TCP port at which the lab listens on its loopback addresses; 0 takes free ones.',
  },
  ...tapSettings,
  savedFilters: {
    type: 'object',
    additionalProperties: { type: 'string' },
    default: {},
    markdownDescription:
      'Filters by name, offered in the filter bar: `{ "Slow replies": "latency > 1s" }`. *NDMP: Save Filter…* adds to them.',
  },
} as const satisfies Record<string, SettingContribution>;

export type SettingName = keyof typeof settings & keyof SettingValues;

/** What a setting holds. */
export interface SettingValues extends TapSettingValues {
  ports: number[];
  maxUnpackedBytes: number;
  'tls.keyLogFile': string;
  timeDisplay: TimeDisplay;
  'findings.disabledRules': string[];
  'findings.minimumSeverity': (typeof severities)[number];
  'lab.folder': string;
  'lab.port': number;
  savedFilters: Record<string, string>;
}
export type SettingValue<N extends SettingName> = SettingValues[N];
