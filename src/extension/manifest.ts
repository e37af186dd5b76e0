import {
  CAPTURE_EDITOR,
  commandId,
  commands,
  contextKeys,
  LOG_EDITOR,
  SESSIONS_VIEW,
  settings,
  TAPS_VIEW,
} from './contributions';
import { toolContributions } from './tools/declarations';
import type { CommandContribution, CommandName, MenuEntry } from './contributions';

const CATEGORY = 'NDMP';
/** What ONTAP calls its NDMP debug log, rotated and packed ones too, and names that people give such logs. */
const LOG_FILES = ['ndmpd.log*', 'ndmpdlog.*', '*ndmp*.log', '*ndmp*.log.*', '*ndmp*.txt', '*ndmp*.txt.gz'];
const CAPTURE_FILES = ['*.pcap', '*.pcapng', '*.cap', '*.pcap.gz', '*.pcapng.gz', '*.cap.gz'];

/** The parts of package.json that come from the tables in contributions.ts. */
export interface ManifestParts {
  activationEvents: string[];
  icon: string;
  categories: string[];
  keywords: string[];
  contributes: Record<string, unknown>;
}

const entries = Object.entries(commands) as [CommandName, CommandContribution][];

function commandEntries(): object[] {
  return entries.map(([name, { title, icon }]) => ({
    command: commandId(name),
    title,
    category: CATEGORY,
    ...(icon ? { icon } : {}),
  }));
}

function keybindings(): object[] {
  return entries.flatMap(([name, { key }]) => (key ? [{ command: commandId(name), ...key }] : []));
}

function menus(): Record<string, object[]> {
  const result: Record<string, object[]> = {
    commandPalette: entries.flatMap(([name, { palette }]) =>
      palette === undefined ? [] : [{ command: commandId(name), when: palette === false ? 'false' : palette }],
    ),
  };
  for (const [name, { menus: places }] of entries)
    for (const { menu, when, group } of places ?? ([] as readonly MenuEntry[]))
      (result[menu] ??= []).push({ command: commandId(name), when, group });
  return result;
}

function configuration(): object {
  const properties: Record<string, object> = {};
  for (const [name, setting] of Object.entries(settings))
    properties[`ndmpWorkbench.${name}`] = { scope: 'window', ...setting };
  return { title: 'NDMP Workbench', properties };
}

function welcome(): object[] {
  const open = `[Open Capture…](command:${commandId('openCapture')})`;
  const tap = `[Start Tap…](command:${commandId('startTap')})`;
  const sample = `[Open Sample Capture…](command:${commandId('openSample')})`;
  return [
    {
      view: SESSIONS_VIEW,
      when: `!${contextKeys.hasCapture}`,
      contents: `No capture is open. Double click a pcap or pcapng file in the Explorer, or:\n${open}\nNo capture at hand?\n${sample}`,
    },
    {
      view: TAPS_VIEW,
      contents: `A tap stands between a backup application and an NDMP server, and shows what they say while they say it.\n${tap}`,
    },
  ];
}

/** Builds the generated parts of package.json; pure. */
export function buildManifest(): ManifestParts {
  return {
    // VS Code activates for contributed commands, views and custom editors by itself.
    activationEvents: [],
    icon: 'media/icon.png',
    categories: ['Visualization', 'Testing', 'Other'],
    keywords: ['ndmp', 'pcap', 'pcapng', 'backup', 'tape', 'netapp', 'ontap', 'protocol', 'packet capture', 'xdr'],
    contributes: {
      commands: commandEntries(),
      menus: menus(),
      keybindings: keybindings(),
      configuration: configuration(),
      customEditors: [
        {
          viewType: CAPTURE_EDITOR,
          displayName: 'NDMP Capture',
          selector: CAPTURE_FILES.map((filenamePattern) => ({ filenamePattern })),
          priority: 'default',
        },
        {
          viewType: LOG_EDITOR,
          displayName: 'NDMP Server Log',
          selector: LOG_FILES.map((filenamePattern) => ({ filenamePattern })),
          priority: 'option',
        },
      ],
      viewsContainers: { activitybar: [{ id: 'ndmpWorkbench', title: 'NDMP', icon: 'media/ndmp.svg' }] },
      views: {
        ndmpWorkbench: [
          { id: SESSIONS_VIEW, name: 'Capture Sessions', icon: 'media/ndmp.svg' },
          { id: TAPS_VIEW, name: 'Taps', icon: 'media/ndmp.svg' },
        ],
      },
      viewsWelcome: welcome(),
      languageModelTools: toolContributions(),
      jsonValidation: [
        { fileMatch: '*.ndmpjob.json', url: './schemas/ndmpjob.schema.json' },
        { fileMatch: '*.ndmpfaults.json', url: './schemas/ndmpfaults.schema.json' },
      ],
      languages: [
        {
          id: 'xdr',
          aliases: ['XDR', 'ONC RPC language'],
          extensions: ['.x'],
          configuration: './syntaxes/xdr.language-configuration.json',
        },
        {
          id: 'ndmp-log',
          aliases: ['NDMP Server Log'],
          filenamePatterns: ['ndmpd.log*', 'ndmpdlog.*'],
          firstLine: '^(.{0,80}\\[kern_ndmpd:\\w+:\\d+\\]|\\d{2}:\\d{2}:\\d{2}\\.\\d{9} \\d+ (SESS|#[CDTR]) )',
          configuration: './syntaxes/ndmp-log.language-configuration.json',
        },
        {
          id: 'ndmp-messages',
          aliases: ['NDMP Messages'],
          extensions: ['.ndmptxt'],
          firstLine: '^(Message \\d+: NDMP_|Times are seconds since \\d{4}-)',
          configuration: './syntaxes/ndmp-messages.language-configuration.json',
        },
      ],
      grammars: [
        { language: 'xdr', scopeName: 'source.xdr', path: './syntaxes/xdr.tmLanguage.json' },
        { language: 'ndmp-log', scopeName: 'text.ndmp-log', path: './syntaxes/ndmp-log.tmLanguage.json' },
        {
          language: 'ndmp-messages',
          scopeName: 'text.ndmp-messages',
          path: './syntaxes/ndmp-messages.tmLanguage.json',
        },
      ],
    },
  };
}
