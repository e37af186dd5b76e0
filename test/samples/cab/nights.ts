import { Recording, TcpConnection } from '../wire';
import * as act from './backup';
import { loadTape } from './changer';
import { DMA, fsInfo, LIFS, LOCAL, moved, scsiInfo, tapeInfo, TCP, TCP_IPV6, VOLUMES, type Volume } from './cluster';
import { tree } from './history';
import { askAbilities, dmaEnd, logIn, selectCab } from './opening';
import { Clock, Speaker } from './speaker';

const ALL_TYPES = [LOCAL, TCP, TCP_IPV6];
const NETWORK_TYPES = [TCP, TCP_IPV6];
const NDMP_PORT = 10_000;

/** One recording with all control and data connections of a story. */
export class Story {
  readonly recording = new Recording();
  readonly clock = new Clock();
  private connections = 0;

  connect(address: string): Speaker {
    this.connections += 1;
    const client = dmaEnd(DMA, this.connections);
    return new Speaker(this.clock, this.recording, client, { address, port: NDMP_PORT });
  }

  /** A data connection between two LIFs; its packets are in the recording too. */
  stream(from: string, to: string, port: number): TcpConnection {
    const client = { address: from, port: 28_000 + this.connections };
    const stream = new TcpConnection(this.recording, client, { address: to, port });
    stream.open(this.clock.now);
    this.clock.think();
    return stream;
  }
}

/** A connection of the cluster's administrator that has selected CAB and asked for everything. */
function openCluster(story: Story, address: string, volumes: readonly Volume[]): Speaker {
  const speaker = story.connect(address);
  logIn(speaker, 'cluster1-01');
  selectCab(speaker);
  askAbilities(speaker, ALL_TYPES);
  speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(volumes, true), { takes: 0.04 });
  speaker.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(true), { takes: 0.01 });
  speaker.ask('NDMP_CONFIG_GET_SCSI_INFO', {}, scsiInfo(true));
  return speaker;
}

/** Volume and drive carry the same affinity: one connection, no network between them. */
export function localBackup(story: Story): void {
  const { clock } = story;
  const speaker = openCluster(story, LIFS.clusterManagement, VOLUMES);
  const work: act.Work = {
    path: '/vs1/vol1',
    level: '0',
    bytes: 5_120 * act.RECORD,
    seconds: 6,
    items: tree(['finance', 'finance/2025', 'legal'], 9),
    before: ['DUMP: snapshot_for_backup.0 made', 'DUMP: stage II: directories found', 'DUMP: stage III: directories'],
    after: ['DUMP: stage IV: files written', 'DUMP: stage V: ACLs written'],
  };
  loadTape(speaker, 0);
  act.openTape(speaker, 'VOL001L8', 1);
  act.setUpMover(speaker);
  act.prepare(speaker, LOCAL, work);
  act.moverListen(speaker, act.local);
  act.dataConnect(speaker, act.local);
  const ends = { data: speaker, tape: speaker, clock };
  act.run(ends, work, act.local, () => undefined);
  clock.wait(0.05);
  act.finish(ends, work, act.local);
  speaker.close();
}

/** Volume and drive are on different nodes: the stream goes over the network from LIF to LIF. */
export function threeWayBackup(story: Story, path: string, level: string, volumes: readonly Volume[]): void {
  const { clock } = story;
  const data = openCluster(story, LIFS.clusterManagement, volumes);
  const tape = story.connect(LIFS.nodeManagement1);
  logIn(tape, 'cluster1-01');
  selectCab(tape);
  const onNode = volumes.filter(({ node }) => node === 'cluster1-01');
  tape.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(onNode, true), { takes: 0.02 });
  tape.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(true));
  const work: act.Work = {
    path,
    level,
    bytes: 4 * act.RECORD,
    seconds: 4,
    items: tree(level === '0' ? ['base', 'base/16384', 'log'] : ['finance'], level === '0' ? 7 : 3),
    before: [`DUMP: snapshot_for_backup.${level === '0' ? 1 : 2} made`, 'DUMP: stage III: directories'],
    after: ['DUMP: stage IV: files written', 'DUMP: stage V: ACLs written'],
  };
  const port = level === '0' ? 18_600 : 18_601;
  const address = act.tcp(LIFS.intercluster1, port);
  act.openTape(tape, 'VOL001L8', level === '0' ? 2 : 3);
  act.setUpMover(tape);
  act.prepare(data, TCP, work);
  act.moverListen(tape, address);
  const asked = data.request('NDMP_DATA_CONNECT', { addr: address });
  const stream = story.stream(LIFS.intercluster2, LIFS.intercluster1, port);
  data.answer(asked, 'NDMP_DATA_CONNECT', { error: 0 });
  const ends = { data, tape, clock };
  act.run(ends, work, address, (bytes) => {
    stream.send('client', clock.now, Buffer.alloc(bytes));
    clock.wait(0.01);
  });
  stream.close(clock.now);
  clock.wait(0.05);
  act.finish(ends, work, address);
  tape.close();
  data.close();
}

/** The data connection is prepared as TCP and asked for as LOCAL: refused, and the log says why. */
export function mismatchedPrepare(story: Story): void {
  const speaker = openCluster(story, LIFS.clusterManagement, VOLUMES);
  const work = { path: '/vs1/home', level: '0' };
  act.openTape(speaker, 'VOL001L8', 3);
  act.setUpMover(speaker);
  act.prepare(speaker, TCP, work);
  act.moverListen(speaker, act.local);
  const asked = speaker.request('NDMP_DATA_CONNECT', { addr: act.local });
  act.log(speaker, ['DATA CONNECT: CAB data connection prepare precondition error'], 2);
  speaker.answer(asked, 'NDMP_DATA_CONNECT', { error: 26 });
  speaker.ask('NDMP_MOVER_ABORT', {}, { error: 0 });
  speaker.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 2 });
  speaker.ask('NDMP_MOVER_STOP', {}, { error: 0 });
  speaker.ask('NDMP_TAPE_CLOSE', {}, { error: 0 });
  speaker.close();
}

/** What a user of one SVM sees over that SVM's data LIF: its volumes on every node, no tapes, no LOCAL. */
export function dataLif(story: Story): void {
  const speaker = story.connect(LIFS.dataVs1);
  logIn(speaker, 'cluster1-02', 'vsadmin-backup');
  selectCab(speaker);
  askAbilities(speaker, NETWORK_TYPES);
  const own = moved('/vs1/vol1', 'cluster1-02').filter(({ path }) => path.startsWith('/vs1/'));
  speaker.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(own, true), { takes: 0.03 });
  speaker.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(true, false));
  speaker.ask('NDMP_CONFIG_GET_SCSI_INFO', {}, scsiInfo(true, false));
  speaker.close();
}

/** A DMA without CAB at the cluster-management LIF: the volumes of the LIF's node, no tapes, no affinity, no LOCAL. */
export function withoutCab(story: Story): void {
  const { clock } = story;
  const onNode = VOLUMES.filter(({ node }) => node === 'cluster1-01');
  const cluster = story.connect(LIFS.clusterManagement);
  logIn(cluster, 'cluster1-01');
  askAbilities(cluster, NETWORK_TYPES);
  cluster.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(onNode, false), { takes: 0.02 });
  cluster.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(false, false));
  cluster.ask('NDMP_CONFIG_GET_SCSI_INFO', {}, scsiInfo(false, false));
  cluster.close();
  clock.wait(2);
  const node = story.connect(LIFS.nodeManagement1);
  logIn(node, 'cluster1-01');
  askAbilities(node, ALL_TYPES);
  node.ask('NDMP_CONFIG_GET_FS_INFO', {}, fsInfo(onNode, false), { takes: 0.02 });
  node.ask('NDMP_CONFIG_GET_TAPE_INFO', {}, tapeInfo(false));
  const work: act.Work = {
    path: '/vs1/home',
    level: '0',
    bytes: 1_280 * act.RECORD,
    seconds: 3,
    items: tree(['alice', 'bob'], 5),
    before: ['DUMP: snapshot_for_backup.0 made'],
    after: ['DUMP: stage V: ACLs written'],
  };
  act.openTape(node, 'VOL002L8', 1);
  act.setUpMover(node);
  act.moverListen(node, act.local);
  act.dataConnect(node, act.local);
  const ends = { data: node, tape: node, clock };
  act.run(ends, work, act.local, () => undefined);
  clock.wait(0.05);
  act.finish(ends, work, act.local);
  node.close();
}
