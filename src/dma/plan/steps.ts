import type { PlanInputs, PlanStep, SourcePlan } from './model';
import { isOneServer } from './servers';

/** Steps of the whole run, and of each source, in the order in which they are taken. */
export function stepsOf(inputs: PlanInputs, sources: readonly SourcePlan[]): PlanStep[] {
  const { data, tape } = inputs;
  const before: Template[] = [
    ['connect-data', `Connect to ${data.server} and log in (v${data.version}).`, 'Data server: reads the files.'],
    ...(isOneServer(inputs)
      ? []
      : [
          [
            'connect-tape',
            `Connect to ${tape.server} and log in (v${tape.version}).`,
            'Tape server: has drive and mover.',
          ] satisfies Template,
        ]),
  ];
  return [
    ...before.map((each) => step(undefined, each)),
    ...sources.flatMap((source, at) => sourceSteps(inputs, source).map((each) => step(at, each))),
    step(undefined, ['disconnect', 'CONNECT_CLOSE at every server.', 'The servers let go of drives and sessions.']),
  ];
}

type Template = readonly [id: string, what: string, why: string];

function step(source: number | undefined, [id, what, why]: Template): PlanStep {
  return { id, source, what, why };
}

function sourceSteps(inputs: PlanInputs, plan: SourcePlan): Template[] {
  return [...tapeSteps(inputs, plan), ...connectingSteps(inputs, plan), ...runSteps(plan), ...closingSteps(inputs)];
}

function tapeSteps(inputs: PlanInputs, { drives, tapes, recordSize }: SourcePlan): Template[] {
  const { pool } = inputs.job.target;
  const [tape] = tapes;
  const drive = drives.map(({ device }) => device).join(' or ');
  return [
    [
      'mount',
      `Load ${tape?.barcode ?? `a tape of pool ${pool}`} into ${drive}.`,
      'The first of these drives that is free.',
    ],
    [
      'check-label',
      'Rewind, read the label, compare it with the catalog.',
      'Only a tape of ours, for this use, is written.',
    ],
    ['end-of-data', 'Space to the end of what is there, compare with the catalog.', 'Nothing is written over.'],
    ['header', 'Write the header of the image and a file mark.', 'The catalog can be made again from the tape alone.'],
    ['record-size', `MOVER_SET_RECORD_SIZE ${recordSize}.`, 'Servers forget it after every operation.'],
  ];
}

function connectingSteps({ data, tape }: PlanInputs, plan: SourcePlan): Template[] {
  const window: Template = [
    'window',
    'MOVER_SET_WINDOW 0, to the end.',
    'The image takes as much of the tape as there is.',
  ];
  const prepare: Template[] = plan.prepare
    ? [
        [
          'prepare',
          `CAB_DATA_CONN_PREPARE ${plan.addressType}, ${plan.source.path}.`,
          'The cluster makes the data connection at the node that owns the volume.',
        ],
      ]
    : [];
  const connect = connectionTemplates(data.server, tape.server, plan, data.version);
  // from v4 on the window comes before the data connection, below it needs the mover to listen (protocol facts 6.7)
  if (tape.version === 4) return [window, ...prepare, ...connect];
  return [...prepare, connect[0], window, ...connect.slice(1)];
}

function connectionTemplates(data: string, tape: string, plan: SourcePlan, version: number): Template[] {
  const type = plan.addressType;
  const toStart = version === 2 ? ' with the START_BACKUP that follows' : '';
  const dataConnects = (to: string): Template => [
    'data-connect',
    `DATA_CONNECT ${type}${toStart}: ${data} connects to ${to}.`,
    'This is where the stream goes.',
  ];
  if (plan.path === 'indirect' && plan.relay) {
    const { relay } = plan;
    const moverEnd: Template =
      relay.mover === 'listens'
        ? [
            'mover-listen',
            `MOVER_LISTEN ${relay.moverAddressType}; this machine connects to it.`,
            "The relay's end to the tape.",
          ]
        : [
            'mover-connect',
            `MOVER_CONNECT ${relay.moverAddressType}: ${tape} connects to this machine.`,
            "The relay's end to the tape.",
          ];
    const dataEnd: Template =
      relay.data === 'listens'
        ? ['data-listen', `DATA_LISTEN ${type}; this machine connects to it.`, 'This is where the stream comes from.']
        : dataConnects('this machine');
    return [moverEnd, dataEnd];
  }
  if (plan.listener === 'data')
    return [
      ['data-listen', `DATA_LISTEN ${type} at ${data}.`, 'The data server says where it can be reached.'],
      ['mover-connect', `MOVER_CONNECT: ${tape} connects there.`, 'The mover fetches the stream.'],
    ];
  return [
    ['mover-listen', `MOVER_LISTEN ${type} at ${tape}.`, 'The mover says where it can be reached.'],
    dataConnects(plan.path === 'local' ? 'its own mover' : tape),
  ];
}

function runSteps({ type, level, history, source }: SourcePlan): Template[] {
  return [
    [
      'start',
      `DATA_START_BACKUP ${type} of ${source.path}, level ${level}.`,
      level === 0 ? 'All files.' : 'What has changed since the backup it builds on.',
    ],
    [
      'watch',
      `Watch both sides${history ? ', take file history into the catalog' : ''}; at a full tape go on with the next one of the pool.`,
      'An image may be longer than a tape.',
    ],
  ];
}

function closingSteps({ job }: PlanInputs): Template[] {
  return [
    ['environment', 'DATA_GET_ENV, states of data server and mover.', 'A restore has to send these variables.'],
    ['stop', 'DATA_STOP, MOVER_STOP.', 'Both are ready for the next one.'],
    ['trailer', 'Write file mark, trailer, file marks.', 'The tape itself says what is on it and that it is whole.'],
    ['unload', 'Rewind, unload, put the tape back.', `The drive is free for the next of job ${job.name}.`],
  ];
}
