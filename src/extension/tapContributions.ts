/** What the extension contributes for taps; part of the tables of contributions.ts. */

/** The tree of taps in the NDMP side bar. */
export const TAPS_VIEW = 'ndmpWorkbench.taps';
/** The status bar item of taps. */
export const TAP_STATUS_ITEM = 'ndmpWorkbench.tapStatus';

const item = (value: string, group: string) =>
  ({ menu: 'view/item/context', when: `view == ${TAPS_VIEW} && viewItem == ${value}`, group }) as const;
const title = (group: string) => ({ menu: 'view/title', when: `view == ${TAPS_VIEW}`, group }) as const;
const TAP_RUNS = 'ndmpWorkbench.hasTap';

export const tapCommands = {
  startTap: { title: 'Start Tap…', icon: '$(add)', menus: [title('navigation@1')] },
  openLiveTap: {
    title: 'Show What Passes the Tap',
    icon: '$(pulse)',
    palette: TAP_RUNS,
    menus: [item('tap.running', 'inline@1'), item('tap.running', '1_open@1')],
  },
  addTapFault: {
    title: 'Add Fault to Tap…',
    icon: '$(zap)',
    palette: TAP_RUNS,
    menus: [item('tap.running', 'inline@2'), item('tap.running', '2_faults@1')],
  },
  clearTapFaults: {
    title: 'Remove All Faults From Tap',
    palette: TAP_RUNS,
    menus: [item('tap.running', '2_faults@2')],
  },
  removeTapFault: {
    title: 'Remove Fault',
    icon: '$(close)',
    palette: false,
    menus: [item('tapFault', 'inline@1'), item('tapFault', '1_remove@1')],
  },
  rotateTap: {
    title: 'Begin Next File of Recording',
    palette: TAP_RUNS,
    menus: [item('tap.running', '3_recording@1')],
  },
  stopTap: {
    title: 'Stop Tap',
    icon: '$(debug-stop)',
    palette: TAP_RUNS,
    menus: [item('tap.running', 'inline@3'), item('tap.running', '4_stop@1')],
  },
  copyTapAddress: { title: 'Copy Address of Tap', palette: TAP_RUNS, menus: [item('tap.running', '5_copy@1')] },
  cutTapConnection: {
    title: 'Cut Connection',
    icon: '$(debug-disconnect)',
    palette: false,
    menus: [item('tapConnection.open', 'inline@1'), item('tapConnection.open', '1_cut@1')],
  },
  closeTapConnection: {
    title: 'Close Connection in Order',
    palette: false,
    menus: [item('tapConnection.open', '1_cut@2')],
  },
  openTapRecording: { title: 'Open Recording', palette: false },
  saveTapRecording: {
    title: 'Save Recording As…',
    icon: '$(save-as)',
    palette: false,
    menus: [
      item('tapRecording', 'inline@1'),
      item('tapRecording', '1_save@1'),
      item('tapRecording.live', 'inline@1'),
      item('tapRecording.live', '1_save@1'),
    ],
  },
  deleteTapRecording: {
    title: 'Delete Recording…',
    icon: '$(trash)',
    palette: false,
    menus: [item('tapRecording', 'inline@2'), item('tapRecording', '2_delete@1')],
  },
  deleteTap: { title: 'Delete Tap and Its Recordings…', palette: false, menus: [item('tap.stopped', '1_delete@1')] },
  refreshTaps: { title: 'Refresh Taps', icon: '$(refresh)', palette: false, menus: [title('navigation@2')] },
} as const;

export const recordedData = ['none', 'headers', 'all'] as const;

export const tapSettings = {
  'tap.folder': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'Folder in which each tap has a folder of its own with its recordings. Empty: `.ndmp-taps` in the home directory.',
  },
  'tap.port': {
    type: 'integer',
    minimum: 0,
    default: 10001,
    markdownDescription: 'TCP port of loopback that *NDMP: Start Tap…* proposes to listen on; 0 takes a free one.',
  },
  'tap.recordData': {
    type: 'string',
    enum: recordedData,
    enumDescriptions: [
      'Nothing of data connections.',
      'When how many bytes passed, without the bytes.',
      'Everything: recordings become as large as backups.',
    ],
    default: 'headers',
    markdownDescription: 'What a tap records of data connections.',
  },
  'tap.rotateBytes': {
    type: 'integer',
    minimum: 1048576,
    default: 268435456,
    markdownDescription: 'Bytes of a recording after which a tap begins its next file.',
  },
  'tap.keepFiles': {
    type: 'integer',
    minimum: 1,
    default: 8,
    markdownDescription: 'Files of its recording that a tap keeps; it removes the older ones.',
  },
} as const;

/** What the settings of taps hold. */
export interface TapSettingValues {
  'tap.folder': string;
  'tap.port': number;
  'tap.recordData': (typeof recordedData)[number];
  'tap.rotateBytes': number;
  'tap.keepFiles': number;
}
