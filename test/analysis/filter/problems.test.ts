import { strict as assert } from 'node:assert';
import { complaint } from './story';

/** What is said about wrong filters, to the letter. */
const transcript: Readonly<Record<string, string>> = {
  'ndmp.sequnce == 7': `
Unknown field "ndmp.sequnce" (column 1)
  ndmp.sequnce == 7
  ^^^^^^^^^^^^
Did you mean ndmp.sequence?`,
  'kind == reply && mesage == 4': `
Unknown field "mesage" (column 18)
  kind == reply && mesage == 4
                   ^^^^^^
Did you mean message?`,
  'ndmp.state == 1': `
Unknown field "ndmp.state" (column 1)
  ndmp.state == 1
  ^^^^^^^^^^
Did you mean ndmp.mover.state, ndmp.data.state or ndmp.data?`,
  'error == DEVICE_BUSSY': `
Unknown error "DEVICE_BUSSY" (column 10)
  error == DEVICE_BUSSY
           ^^^^^^^^^^^^
Did you mean DEVICE_BUSY?`,
  'message == MOVER_LISTN': `
Unknown message "MOVER_LISTN" (column 12)
  message == MOVER_LISTN
             ^^^^^^^^^^^
Did you mean MOVER_LISTEN?`,
  'body.state == ACTIV': `
Unknown value of body.state "ACTIV" (column 15)
  body.state == ACTIV
                ^^^^^
Did you mean ACTIVE?`,
  'body.size > 1': `
No message has a field "body.size" (column 1)
  body.size > 1
  ^^^^^^^^^
Did you mean body.files.stats.size, body.nodes.stats.size or body.paths.fstat.size?`,
  'kind == replay': `
Unknown kind "replay" (column 9)
  kind == replay
          ^^^^^^
Did you mean reply?`,
  'latency == "soon"': `
latency is compared with a duration such as 5ms or a number of seconds, not "soon" (column 12)
  latency == "soon"
             ^^^^^^`,
  'sequence contains 4': `
"contains" is for texts, and sequence is a number (column 19)
  sequence contains 4
                    ^`,
  'src == 300.1.1.1': `
"300.1.1.1" is not an IP address (column 8)
  src == 300.1.1.1
         ^^^^^^^^^`,
  'time > yesterday': `
time is compared with seconds since 1970 or a time such as "2026-11-21 06:44:06", not yesterday (column 8)
  time > yesterday
         ^^^^^^^^^`,
  'code == 5 &&': `
Expected "(", a text in quotes or a field, but the filter ends here (column 13)
  code == 5 &&
              ^`,
  'code 5': `
Expected a comparison such as ==, or "&&" or "||", after code, not "5" (column 6)
  code 5
       ^`,
  'code == 5 AND n == 1': `
Expected "&&", "||" or the end of the filter, not "AND" (column 11)
  code == 5 AND n == 1
            ^^^
Did you mean and?`,
  'code = 5': `
"=" alone compares nothing (column 6)
  code = 5
       ^
Did you mean ==?`,
  '(code == 5': `
Expected ")", but the filter ends here (column 11)
  (code == 5
            ^`,
  'code == 5)': `
Nothing is open that ")" could close (column 10)
  code == 5)
           ^`,
  'n in {1, }': `
Expected a value, not "}" (column 10)
  n in {1, }
           ^`,
  'message contains "STA': `
This text has no closing " (column 18)
  message contains "STA
                   ^^^^`,
  'n == 5abc': `
"5abc" is no number, duration, time or address (column 6)
  n == 5abc
       ^^^^`,
  '== 5': `
A filter begins with a field, a text in quotes, "!" or "(" (column 1)
  == 5
  ^^`,
  'message matches "("': `
The regular expression is not valid: missing closing ): \`(\` (column 17)
  message matches "("
                  ^^^`,
  'text matches "a(?=b)"': `
The regular expression is not valid: invalid or unsupported Perl syntax: \`(?=\` (column 14)
  text matches "a(?=b)"
               ^^^^^^^^`,
  'ndmp.fragment': `
ndmp.fragment has no equivalent here: fragments are joined before a message is shown; use ndmp.fragment.count (column 1)
  ndmp.fragment
  ^^^^^^^^^^^^^`,
  'text == "x"': `
text is searched with "contains" or "matches" (column 9)
  text == "x"
          ^^^`,
  'foo(message) == "x"': `
Unknown function "foo" (column 1)
  foo(message) == "x"
  ^^^
Did you mean lower, upper or len?`,
  'n == 1 ^ n == 2': `
A filter has no such character here (column 8)
  n == 1 ^ n == 2
         ^`,
};

describe('filter: what is said about wrong ones', () => {
  for (const [filter, expected] of Object.entries(transcript)) {
    it(filter, () => assert.equal(`\n${complaint(filter)}`, expected));
  }

  it('cuts a long filter around the place', () => {
    const long = `${'n == 1 || '.repeat(30)}mesage == 2${' || n == 3'.repeat(30)}`;
    const [, shown, carets] = complaint(long).split('\n');
    assert.ok(shown.length < 80);
    assert.equal(shown.slice(carets.indexOf('^'), carets.indexOf('^') + 6), 'mesage');
    assert.equal(carets.trim(), '^^^^^^');
  });

  it('shows no control characters of the filter', () => {
    assert.ok(!complaint('n == "\x1b[31m').includes('\x1b'));
    assert.ok(!complaint('n == \u202e').includes('\u202e'));
  });

  it('refuses what would be too deep or too long', () => {
    assert.match(complaint('('.repeat(5000)), /nested too deeply/);
    assert.match(complaint(`n == 1${' || n == 1'.repeat(10_000)}`), /longer than/);
    assert.equal(complaint('!'.repeat(10_000) + 'failed'), 'no problem');
  });
});
