import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../../package.json';
import { ruleGroups, type Finding, type Rule } from '../../analysis/findings';
import { messageName, type JsonObject } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { PLAIN_BASE } from '../../session/plainText';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The findings of several captures as one SARIF 2.1.0 log (OASIS Static Analysis Results Interchange Format). */
export class SarifLog {
  private readonly artifacts: JsonObject[] = [];
  private readonly results: JsonObject[] = [];
  private readonly rules: readonly (Rule & { group: string })[] = ruleGroups.flatMap(({ title, rules }) =>
    rules.map((rule) => ({ ...rule, group: title })),
  );
  private readonly places = new Map(this.rules.map(({ id }, at) => [id, at]));

  /** Adds the findings of a file; `path` is - for standard input. */
  add(path: string, session: CaptureSession, findings: readonly Finding[]): void {
    const uri = artifactUri(path);
    const place: Place = { uri, index: this.artifacts.length, session };
    this.artifacts.push({ location: { uri }, roles: ['analysisTarget'] });
    for (const finding of findings) this.results.push(this.result(finding, place));
  }

  toJson(): JsonObject {
    const rules = this.rules.map(descriptor);
    return {
      $schema: SCHEMA,
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'ndmp check', semanticVersion: version, rules } },
          invocations: [{ executionSuccessful: true }],
          artifacts: this.artifacts,
          results: this.results,
          columnKind: 'utf16CodeUnits',
        },
      ],
    };
  }

  private result(finding: Finding, place: Place): JsonObject {
    const { rule, severity, text, row, connection, job, related } = finding;
    const relatedLocations = related.map((other, id) => ({ id, ...location(other, connection, place) }));
    return {
      ruleId: rule,
      ruleIndex: this.places.get(rule) ?? -1,
      level: severity,
      message: { text },
      locations: [location(row, connection, place)],
      ...(relatedLocations.length > 0 ? { relatedLocations } : {}),
      properties: {
        message: row < 0 ? null : row + 1,
        connection: connection < 0 ? null : connection + 1,
        job: job < 0 ? null : job + 1,
      },
    };
  }
}

interface Place {
  uri: string;
  index: number;
  session: CaptureSession;
}

function descriptor({ id, name, severity, doc, specification, group }: Rule & { group: string }): JsonObject {
  return {
    id,
    shortDescription: { text: name },
    fullDescription: { text: doc },
    help: { text: `${doc} See: ${specification}.` },
    defaultConfiguration: { level: severity },
    properties: { group, specification },
  };
}

/** A message by number and, where the file has its bytes in one piece, by their position. */
function location(row: number, connection: number, { uri, index: at, session }: Place): JsonObject {
  const { index, info } = session;
  const known = row >= 0 && row < index.count;
  // the connection of a related message may be another one than the finding's
  const talk = known ? index.connection(row) : connection;
  const names = [
    ...(talk < 0 ? [] : [`connection ${talk + 1}`]),
    ...(known ? [`message ${row + 1} ${messageName(index.code(row), index.version(row))}`] : []),
  ];
  // what was decrypted stands nowhere in the file
  const byteOffset = known && index.offset(row) < PLAIN_BASE ? index.offset(row) : 0;
  const physicalLocation: JsonObject = { artifactLocation: { uri, index: at } };
  if (known && !info.gzip && byteOffset > 0)
    physicalLocation.region = { byteOffset, byteLength: index.wireLength(row) };
  const named: JsonObject = { physicalLocation };
  if (names.length > 0)
    named.logicalLocations = [
      { name: names[names.length - 1], fullyQualifiedName: names.join('/'), kind: known ? 'message' : 'connection' },
    ];
  return named;
}

/** A relative path stays relative, so that a log made in a checkout fits another one. */
function artifactUri(path: string): string {
  if (path === '-') return 'standard-input';
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
