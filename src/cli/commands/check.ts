import { Option, type Command } from 'commander';
import type { Analysis } from '../../analysis/analysis';
import { findRule, rules, type Finding, type Severity } from '../../analysis/findings';
import type { JsonObject } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { Failure, UsageError } from '../failure';
import { inputName } from '../input';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import { findingJson, rulesJson } from '../output/findingsJson';
import { findingLines, ruleLines } from '../output/findingsText';
import { jsonLine } from '../output/jsonl';
import { SarifLog } from '../output/sarif';
import { Output, type Io } from '../terminal/io';
import { styleFor } from '../terminal/style';
import { counted } from '../terminal/text';

type Format = 'text' | 'json' | 'sarif';

interface CheckOptions extends ReadingOptions {
  format: Format;
  disable: string[];
  minSeverity: Severity;
  rules?: true;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

const help = `
Examples:
  ndmp check backup.pcap
  ndmp check *.pcap --min-severity error && echo clean
  ndmp check backup.pcap --disable missing-close,clear-text-password
  ndmp check backup.pcap --format sarif > backup.sarif
  ndmp check backup.pcap --format json | jq '.files[].findings[] | select(.severity == "error")'
  ndmp check --rules

The number before a finding is that of its message (-Y 'n == 27' shows it).
Exit status: 0 no finding of severity error, 1 some, or a file could not be read, 2 wrong use.`;

export function registerCheck(program: Command, io: Io): void {
  program
    .command('check')
    .summary('check captures against the protocol')
    .description(
      'Tells what goes against the protocol in captures, what failed, and what is slow or unusual, rule by rule.',
    )
    .argument('[file...]', "captures or servers' logs, or - for standard input")
    .addOption(formatOption('text', 'json', 'sarif'))
    .addOption(jsonOption())
    .addOption(
      new Option('--disable <rules>', 'rules to leave out, separated by commas; may be repeated')
        .argParser((value: string, before: string[]) => [...before, ...ruleIds(value)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--min-severity <severity>', 'leave out what is less severe').choices(SEVERITIES).default('note'),
    )
    .option('--rules', 'list the rules instead of checking')
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((files: string[], options: CheckOptions) => check(io, files, options));
}

function ruleIds(value: string): string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

async function check(io: Io, files: string[], options: CheckOptions): Promise<void> {
  if (options.rules)
    return printLines(io, options.format === 'text' ? ruleLines(styleFor(io)) : [jsonLine({ rules: rulesJson() })]);
  if (files.length === 0) throw new UsageError('name a capture to check, or - for standard input.');
  const unknown = options.disable.find((id) => findRule(id) === undefined);
  if (unknown !== undefined)
    throw new UsageError(`there is no rule ${JSON.stringify(unknown)}; ndmp check --rules lists all ${rules.length}.`);
  await checkFiles(io, files, options);
}

async function checkFiles(io: Io, files: string[], options: CheckOptions): Promise<void> {
  const output = new Output(io.stdout, io.signal);
  const report = newReport(options.format, io);
  const unread: string[] = [];
  let errors = 0;
  for (const file of files) {
    try {
      await withAnalysis(io, file, options, async (analysis, _name, session) => {
        const findings = chosen(analysis.findings, options);
        errors += findings.filter(({ severity }) => severity === 'error').length;
        for (const line of report.file(file, session, analysis, findings)) await output.line(line);
      });
    } catch (error) {
      // one unreadable file does not keep the others from being checked
      if (!(error instanceof Failure) || error.exitCode !== 1 || files.length === 1) throw error;
      unread.push(file);
      await output.flush();
      io.stderr.write(`ndmp: ${error.message}\n`);
    }
  }
  for (const line of report.end()) await output.line(line);
  await output.flush();
  if (unread.length > 0) throw new Failure(`${unread.length} of ${files.length} files could not be read.`);
  if (errors > 0) throw new Failure(`${counted(errors, 'finding')} of severity error.`);
}

function chosen(findings: readonly Finding[], { disable, minSeverity }: CheckOptions): Finding[] {
  const least = SEVERITIES.indexOf(minSeverity);
  return findings.filter(({ rule, severity }) => !disable.includes(rule) && SEVERITIES.indexOf(severity) <= least);
}

/** Writes findings file by file. */
interface Report {
  file(path: string, session: CaptureSession, analysis: Analysis, findings: readonly Finding[]): string[];
  end(): string[];
}

function newReport(format: Format, io: Io): Report {
  switch (format) {
    case 'text': {
      const style = styleFor(io);
      return {
        file: (path, { index }, _analysis, findings) => findingLines(inputName(path), index.count, findings, style),
        end: () => [],
      };
    }
    case 'json': {
      const files: JsonObject[] = [];
      return {
        file: (path, { index }, { jobs }, findings) => {
          const list = findings.map((each) => findingJson(each, index, jobs));
          files.push({ file: inputName(path), messages: index.count, findings: list });
          return [];
        },
        end: () => [jsonLine({ files })],
      };
    }
    case 'sarif': {
      const log = new SarifLog();
      return {
        file: (path, session, _analysis, findings) => {
          log.add(path, session, findings);
          return [];
        },
        end: () => [jsonLine(log.toJson())],
      };
    }
  }
}
