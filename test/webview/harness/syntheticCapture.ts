import type { ConnectionState, InterfaceName, MessageKind, Row } from '../../../src/extension/messages';

interface Template {
  code: number;
  name: string;
  interface: InterfaceName;
  request?: string;
  reply?: string;
  post?: string;
  latency?: number;
  error?: string;
}

/** One backup job's worth of talk; a capture repeats it, with a flood of file history in the middle. */
const JOB: readonly Template[] = [
  { code: 0x900, name: 'CONNECT_OPEN', interface: 'connect', request: 'version 4', latency: 0.0004 },
  { code: 0x901, name: 'CONNECT_CLIENT_AUTH', interface: 'connect', request: 'text, user ndmp', latency: 0.0021 },
  {
    code: 0x100,
    name: 'CONFIG_GET_HOST_INFO',
    interface: 'config',
    reply: 'filer1, NetApp, ONTAP 9.14.1',
    latency: 0.0003,
  },
  {
    code: 0x108,
    name: 'CONFIG_GET_SERVER_INFO',
    interface: 'config',
    reply: 'NetApp Clustered Data ONTAP',
    latency: 0.0003,
  },
  { code: 0x300, name: 'TAPE_OPEN', interface: 'tape', request: 'nrst0l, read-write', latency: 0.012 },
  {
    code: 0x302,
    name: 'TAPE_GET_STATE',
    interface: 'tape',
    reply: 'file 0, block 0, block size 262 144',
    latency: 0.0004,
  },
  {
    code: 0xa01,
    name: 'MOVER_LISTEN',
    interface: 'mover',
    request: 'read, TCP',
    reply: '10.20.30.40:51822',
    latency: 0.0007,
  },
  { code: 0x400, name: 'DATA_GET_STATE', interface: 'data', reply: 'IDLE', latency: 0.0002 },
  {
    code: 0x401,
    name: 'DATA_START_BACKUP',
    interface: 'data',
    request: 'dump /vs1/vol_projects_engineering_and_design_2026, level 0',
    latency: 0.031,
  },
  {
    code: 0x503,
    name: 'LOG_MESSAGE',
    interface: 'log',
    post: 'NORMAL: DUMP: creating "/vs1/vol1/../snapshot_for_backup.0" snapshot.',
  },
  { code: 0x503, name: 'LOG_FILE', interface: 'log', post: '/home/user/übergröße/файл.txt: OK' },
  { code: 0x705, name: 'FH_ADD_NODE', interface: 'fh', post: '1 000 nodes, 4 711 … 5 710' },
  { code: 0x502, name: 'NOTIFY_MOVER_PAUSED', interface: 'notify', post: 'EOM: end of medium, seek_position 0' },
  {
    code: 0xa00,
    name: 'MOVER_GET_STATE',
    interface: 'mover',
    reply: 'PAUSED (EOM), record 22 640, 231 MB moved',
    latency: 0.0003,
  },
  { code: 0x303, name: 'TAPE_MTIO', interface: 'tape', request: 'write 1 file mark', latency: 0.412 },
  { code: 0x301, name: 'TAPE_CLOSE', interface: 'tape', latency: 0.0002 },
  {
    code: 0x206,
    name: 'SCSI_EXECUTE_CDB',
    interface: 'scsi',
    request: 'MOVE MEDIUM drive 128 → slot 1024 (VOL001L8)',
    latency: 1.31,
  },
  {
    code: 0x206,
    name: 'SCSI_EXECUTE_CDB',
    interface: 'scsi',
    request: 'MOVE MEDIUM slot 1025 → drive 128 (VOL002L8)',
    latency: 1.08,
  },
  {
    code: 0x300,
    name: 'TAPE_OPEN',
    interface: 'tape',
    request: 'nrst0l, read-write',
    latency: 0.0004,
    error: 'DEVICE_BUSY',
  },
  { code: 0x300, name: 'TAPE_OPEN', interface: 'tape', request: 'nrst0l, read-write', latency: 0.0003 },
  {
    code: 0xa03,
    name: 'MOVER_SET_WINDOW',
    interface: 'mover',
    request: 'offset 231 833 600, length ∞',
    latency: 0.0001,
  },
  { code: 0xa04, name: 'MOVER_CONTINUE', interface: 'mover', latency: 0.0001 },
  { code: 0x703, name: 'FH_ADD_FILE', interface: 'fh', post: '1 000 entries, /home/a … /home/k' },
  { code: 0x501, name: 'NOTIFY_DATA_HALTED', interface: 'notify', post: 'SUCCESSFUL' },
  { code: 0x407, name: 'DATA_GET_ENV', interface: 'data', reply: '11 variables', latency: 0.0005 },
  { code: 0x20530001, name: 'NETAPP_0x20530001', interface: 'extension', latency: 0.0007 },
  { code: 0x902, name: 'CONNECT_CLOSE', interface: 'connect' },
];

export interface SyntheticOptions {
  rows: number;
  connections: number;
  /** Messages of file history in the middle of each job. */
  flood: number;
  /** Summaries look like markup. */
  hostile?: boolean;
}

/** A capture of any length whose message n follows from n alone. */
export class SyntheticCapture {
  readonly connections: ConnectionState[];
  private readonly script: { template: Template; kind: MessageKind; at: number; pair: number }[] = [];
  private readonly jobSeconds: number;

  constructor(readonly options: SyntheticOptions) {
    this.jobSeconds = this.writeScript();
    this.connections = Array.from({ length: options.connections }, (_, id) => this.connection(id));
  }

  get duration(): number {
    return this.options.rows > 0 ? this.row(this.options.rows).seconds : 0;
  }

  /** Message n, from 1. */
  row(n: number): Row {
    const index = n - 1;
    const job = Math.floor(index / this.script.length);
    const step = index % this.script.length;
    const { template, kind, at, pair } = this.script[step];
    const posted = kind === 'post';
    const failed = template.error !== undefined && kind === 'reply';
    const summary = (posted ? template.post : kind === 'reply' ? template.reply : template.request) ?? '';
    return {
      n,
      seconds: job * this.jobSeconds + at,
      connection: (job + (template.interface === 'tape' ? 1 : 0)) % this.options.connections,
      direction: kind === 'request' ? 'dma>server' : 'server>dma',
      kind,
      code: template.code,
      interface: template.interface,
      message: template.name.includes('0x') ? template.name : `NDMP_${template.name}`,
      sequence: step + 1,
      replySequence: kind === 'reply' ? pair + 1 : 0,
      result: kind === 'reply' ? { text: failed ? template.error! : 'NO_ERR', failed } : undefined,
      latency: kind === 'reply' ? template.latency : undefined,
      pair: pair >= 0 ? n - step + pair : undefined,
      unanswered: template.name === 'CONNECT_CLOSE' || undefined,
      problem: template.name === 'DATA_GET_ENV' && kind === 'reply' ? '12 bytes after the end of the body' : undefined,
      summary: this.options.hostile ? `<img src=x onerror="document.body.remove()"> ${summary}` : summary,
    };
  }

  /** First message at or after a time. */
  atTime(seconds: number): number {
    let [low, high] = [1, this.options.rows];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.row(middle).seconds < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private writeScript(): number {
    let at = 0;
    for (const template of JOB) {
      const times = template.interface === 'fh' ? this.options.flood : 1;
      for (let time = 0; time < times; time++) {
        if (template.post !== undefined) this.script.push({ template, kind: 'post', at, pair: -1 });
        else this.exchange(template, at);
        at += template.interface === 'fh' ? 0.004 : (template.latency ?? 0.001) + 0.0031;
      }
      if (template.name === 'FH_ADD_NODE') at += 0.6;
    }
    return at + 0.35;
  }

  private exchange(template: Template, at: number): void {
    const request = this.script.length;
    const answered = template.latency !== undefined;
    this.script.push({ template, kind: 'request', at, pair: answered ? request + 1 : -1 });
    if (answered) this.script.push({ template, kind: 'reply', at: at + template.latency!, pair: request });
  }

  private connection(id: number): ConnectionState {
    const { rows, connections } = this.options;
    return {
      id,
      client: '10.20.30.5:51234',
      server: id === 3 ? '[2001:db8:1234::77]:30000' : `10.20.30.${40 + (id % 200)}:10000`,
      serverName: id === 1 ? 'tapehost-with-a-rather-long-name.backup.example.com' : id === 0 ? 'filer1' : undefined,
      version: id === 2 ? 3 : 4,
      versionSource: id === 2 ? 'guess' : 'open',
      role: id === 0 ? 'data server' : id === 1 ? 'tape server, changer' : undefined,
      messages: Math.floor(rows / connections),
      errors: id === 1 ? 2 : 0,
      from: (this.duration / connections) * Math.min(id, 1) * 0.1,
      to: this.duration,
      started: id === 2 ? 'missing' : 'seen',
      ended: 'fin',
      lostBytes: 0,
    };
  }
}
