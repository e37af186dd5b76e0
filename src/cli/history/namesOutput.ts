import type { Analysis } from '../../analysis/analysis';
import { readNameList, type NameEntry, type NameList } from '../../analysis/history';
import { csvField } from '../../analysis/history/csv';
import type { Job } from '../../analysis/jobs/model';
import type { JsonObject } from '../../protocol';
import { Grid } from '../output/grid';
import { jsonLine } from '../output/jsonl';
import { cellWidth, counted } from '../terminal/text';
import { jobHeading, jsonArray, jsonDocument, type HistoryFormat, type Look } from './look';

/** The lists of names of recoveries in a format. */
export function nameLines(
  analysis: Analysis,
  jobs: readonly Job[],
  file: string,
  format: HistoryFormat,
  look: Look,
): Iterable<string> {
  const lists = jobs.flatMap((job): [Job, NameList][] => {
    const list = readNameList(analysis, job);
    return list === undefined ? [] : [[job, list]];
  });
  switch (format) {
    case 'csv':
      return csvOf(lists);
    case 'jsonl':
      return lists.flatMap(([job, { entries }]) =>
        entries.map((entry) => jsonLine({ job: job.id + 1, ...entryJson(entry) })),
      );
    case 'json':
      return jsonDocument(
        file,
        lists.map(([job]) => job),
        (job) => jsonOf(lists.find(([each]) => each === job)?.[1]),
      );
    case 'tree':
      if (lists.length === 0) return ['No job of this capture recovers anything: there is no list of names.'];
      return tablesOf(lists, look);
  }
}

function resultText({ result, below }: NameEntry): string {
  const parts = [
    ...(result === undefined ? [] : [`${result.status} (message ${result.row + 1})`]),
    ...(below.successful > 0 ? [`${below.successful} below successful`] : []),
    ...(below.failed > 0 ? [`${below.failed} below failed`] : []),
  ];
  return parts.join(', ') || 'not told';
}

function* csvOf(lists: readonly [Job, NameList][]): Iterable<string> {
  yield 'job,original_path,destination,new_name,other_name,node,fh_info,target,result\r';
  for (const [job, { entries }] of lists)
    for (const entry of entries) {
      const { original, destination, newName, otherName, node, position, target } = entry;
      const texts = [original, destination, newName, otherName, node ?? '', position ?? '', target, resultText(entry)];
      yield `${job.id + 1},${texts.map(csvField).join(',')}\r`;
    }
}

function* jsonOf(list: NameList | undefined): Iterable<string> {
  if (list === undefined) return;
  const { row, version, reported, successful, failed, others, leftOut } = list;
  const head: JsonObject = { message: row + 1, version, reported, successful, failed, leftOut };
  yield `,${jsonLine(head).slice(1, -1)},"others":${jsonLine(others.map(({ name, status, row: at }) => ({ name, status, message: at + 1 })))},"names":[`;
  yield* jsonArray(list.entries.map(entryJson));
  yield ']';
}

function entryJson({
  original,
  destination,
  newName,
  otherName,
  node,
  position,
  target,
  rule,
  result,
  below,
  reads,
}: NameEntry): JsonObject {
  return {
    originalPath: original,
    destination,
    newName,
    otherName,
    node: node ?? null,
    fhInfo: position ?? null,
    target,
    rule,
    result: result === undefined ? null : { status: result.status, failed: result.failed, message: result.row + 1 },
    below,
    reads: reads.map((row) => row + 1),
  };
}

function* tablesOf(lists: readonly [Job, NameList][], look: Look): Iterable<string> {
  const { style, width } = look;
  for (const [i, [job, list]] of lists.entries()) {
    if (i > 0) yield '';
    yield jobHeading(job, style);
    yield style.quiet(
      `${counted(list.entries.length + list.leftOut, 'name')} in message ${list.row + 1} (NDMPv${list.version}); ${resultsText(list)} Outcome: ${job.outcome}.`,
    );
    const rows = list.entries.map((entry) => [
      entry.original === '' ? '(everything)' : entry.original,
      entry.target,
      entry.position ?? '·',
      entry.node ?? '·',
      resultText(entry),
      entry.rule,
    ]);
    const titles = ['original path', 'goes to', 'fh_info', 'node', 'result', 'by rule'];
    const grid = new Grid(
      titles.map((title, column) => ({
        title,
        align: title === 'fh_info' || title === 'node' ? ('right' as const) : ('left' as const),
        width: Math.min(
          60,
          rows.reduce((widest, row) => Math.max(widest, cellWidth(row[column])), 0),
        ),
        shrinks: column < 2,
        ...(title === 'node' ? { spare: 1 } : {}),
      })),
      width,
    );
    yield style.heading(grid.head());
    for (const row of rows) yield grid.row(row.map((text) => ({ text })));
    for (const { name, status, row } of list.others.slice(0, 100))
      yield `Not in the list, but reported: ${name}: ${status} (message ${row + 1})`;
  }
}

function resultsText({ reported, successful, failed }: NameList): string {
  if (reported === 0) return 'the server reported no results by file (NDMP_LOG_FILE).';
  return `${counted(reported, 'result')} by file: ${successful} successful, ${failed} failed.`;
}
