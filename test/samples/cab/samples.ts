import { moved, NAMES, VOLUMES } from './cluster';
import { dataLif, localBackup, mismatchedPrepare, Story, threeWayBackup, withoutCab } from './nights';

const MADE =
  'Made with the encoder of NDMP Workbench, not recorded: a made-up cluster. ' +
  'Names and values of the affinity pairs are invented; what ONTAP really sends is not publicly documented.';

/** Captures of made-up clusters for tests, by name. */
export const CAB_SAMPLES: Readonly<Record<string, () => Buffer>> = {
  'cluster-aware': clusterAware,
  'not-selected': notSelected,
};

/** Local, three-way, a refused data connection, a volume that moves, and the view of one SVM. */
function clusterAware(): Buffer {
  const story = new Story();
  localBackup(story);
  story.clock.wait(4);
  threeWayBackup(story, '/vs1/db', '0', VOLUMES);
  story.clock.wait(3);
  mismatchedPrepare(story);
  story.clock.wait(9);
  threeWayBackup(story, '/vs1/vol1', '1', moved('/vs1/vol1', 'cluster1-02'));
  story.clock.wait(2);
  dataLif(story);
  return story.recording.toPcapng(MADE, NAMES);
}

/** The same cluster, asked by a DMA that does not know CAB. */
function notSelected(): Buffer {
  const story = new Story();
  withoutCab(story);
  return story.recording.toPcapng(MADE, NAMES);
}
