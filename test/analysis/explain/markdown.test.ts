import assert from 'node:assert/strict';
import { markdownText } from '../../../src/analysis/explain/markdownText';
import { Analysis } from '../../../src/analysis/analysis';
import { explainJob, reportMarkdown } from '../../../src/analysis/explain';
import { Play } from '../../support/play';

describe('analysis/explain: Markdown', () => {
  it('shows text as it is, and never as markup', () => {
    assert.equal(markdownText('NDMP_DATA_HALTED'), 'NDMP_DATA_HALTED');
    assert.equal(markdownText('_a_ *b* `c` ~d~'), '\\_a\\_ \\*b\\* \\`c\\` \\~d\\~');
    assert.equal(
      markdownText('[x](http://e) <script> ![i](u) a|b'),
      '\\[x\\](http\\://e) \\<script\\> \\!\\[i\\](u) a\\|b',
    );
    assert.equal(markdownText('# head'), '\\# head');
    assert.equal(markdownText('- item'), '\\- item');
    assert.equal(markdownText('1. item'), '1\\. item');
    assert.equal(markdownText('127.0.0.1:10000'), '127.0.0.1:10000');
    assert.equal(markdownText('www.evil.example a@b.c $x$ &lt;'), 'www\\.evil.example a\\@b.c \\$x\\$ \\&lt;');
    assert.equal(markdownText('two\nlines'), 'two lines');
  });

  it('no byte of a capture becomes markup on a page', () => {
    const play = new Play();
    const evil = '<img src=x onerror=alert(1)> [a](javascript:b) `c` | d\n# e \u202e\u0000';
    const both = play.connect('10.0.0.1', '10.0.0.2');
    both.ask('NDMP_TAPE_OPEN', { device: evil, mode: 1 });
    both.ask('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 }, { error: 0, connect_addr: { type: 0 } });
    both.ask('NDMP_DATA_CONNECT', { addr: { type: 0 } });
    both.ask('NDMP_DATA_START_BACKUP', {
      bu_type: evil,
      env: [
        { name: 'FILESYSTEM', value: evil },
        { name: evil, value: evil },
      ],
    });
    const log = {
      log_type: 2,
      message_id: 1,
      entry: evil,
      associated_message_valid: 0,
      associated_message_sequence: 0,
    };
    both.post('NDMP_LOG_MESSAGE', log);
    both.post('NDMP_NOTIFY_DATA_HALTED', { reason: 3 });
    const analysis = new Analysis(play.session());
    for (const job of analysis.jobs) {
      const page = reportMarkdown(explainJob(analysis, job), evil);
      assert.ok(page.includes('javascript'), 'the text itself is there');
      const unsafe = [...page].filter((character) => character !== '\n' && (character < ' ' || character === '\u202e'));
      assert.deepEqual(unsafe, []);
      assert.doesNotMatch(page, /(?<!\\)<|(?<!\\)\[|(?<!\\)`/);
      assert.doesNotMatch(page, /^# e/m);
    }
  });
});
