import assert from 'node:assert/strict';
import { matchJobs } from '../../../src/analysis/diff/matchJobs';
import { findJobs, type Job } from '../../../src/analysis/jobs';
import { Play } from '../../support/play';

/** A query, and a session that drives a changer. */
function sessions(): Job[] {
  const play = new Play();
  play.connect('10.0.0.1', '10.0.0.2').close();
  play.connect('10.0.0.1', '10.0.0.2').ask('NDMP_SCSI_OPEN', { device: 'mc0' }).close();
  return findJobs(play.session());
}

describe('matching jobs of two captures', () => {
  it('sessions with other servers are other sessions', () => {
    const [query, changer] = sessions();
    assert.deepEqual(matchJobs([query], [changer, query]), [
      [-1, 0],
      [0, 1],
    ]);
    assert.deepEqual(
      matchJobs([query, query], [changer, changer]).filter(([a, b]) => a >= 0 && b >= 0),
      [],
    );
  });

  it('one job each is compared, whatever the two are', () => {
    const [query, changer] = sessions();
    assert.deepEqual(matchJobs([query], [changer]), [[0, 0]]);
  });
});
