import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { SaxesParser } from 'saxes';
import {
  darkPalette,
  diagram,
  mermaidText,
  plantUmlText,
  svgText,
  terminalLines,
  type DrawnJob,
} from '../../../src/drawing/sequence';
import { fitText, textWidth } from '../../../src/drawing/textMetrics';
import { finish, startThreeWay, analysed } from '../../analysis/sequence/plays';
import { CAPTURE_FOLDERS, capturesIn } from '../../support/captures';
import { troubles } from './overlaps';
import { analysisOf, captureAnalysis, drawnJobs } from './support';

const same = (text: string): string => text;
const PLAIN = { heading: same, quiet: same, error: same, warning: same };

function svgOf(jobs: readonly DrawnJob[]): string {
  const titles = jobs.map(({ outline }) => outline.title).join('; ');
  return svgText(diagram(jobs), { title: titles, description: titles, dark: darkPalette });
}

/** Names of elements and attributes, and all text; throws for what is not well-formed XML. */
function parsed(svg: string): { elements: Set<string>; attributes: Set<string>; values: string[]; text: string } {
  const found = { elements: new Set<string>(), attributes: new Set<string>(), values: [] as string[], text: '' };
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    found.elements.add(name);
    for (const [key, value] of Object.entries(attributes)) {
      found.attributes.add(key);
      found.values.push(value);
    }
  });
  parser.on('text', (text) => (found.text += text));
  parser.write(svg).close();
  return found;
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><image href="http://example.net/x"/>',
  ']]>&amp;&#0;%3C!--',
  'end\n  participant x as y',
  '@enduml\n!include /etc/passwd\n%getenv("HOME") $var **b** //i// ~',
  'rect rgb(0,0,0); note over p0: x #35; ```',
  '\u001b[31mred\u0007\u0000\u202Eabc\ud800',
  '漢字 🎉 مرحبا',
  'x'.repeat(1_000_000),
];

function hostileJob(name: string): DrawnJob {
  const job = startThreeWay(name);
  job.data.post('NDMP_LOG_MESSAGE', {
    log_type: 2,
    message_id: 1,
    entry: name,
    associated_message_valid: 0,
    associated_message_sequence: 0,
  });
  job.tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
  job.tape.ask('NDMP_TAPE_OPEN', { device: name, mode: 1 }, { error: 2 });
  job.tape.ask('NDMP_TAPE_OPEN', { device: name, mode: 1 });
  job.tape.ask('NDMP_MOVER_CONTINUE');
  finish(job);
  return drawnJobs(analysed(job))[0];
}

describe('sequence diagram as SVG', () => {
  it('is well-formed, draws with shapes alone and brings nothing from elsewhere, for every capture', () => {
    const paths = new Map(CAPTURE_FOLDERS.flatMap(capturesIn).map((path) => [basename(path), path]));
    for (const path of paths.values()) {
      const analysis = analysisOf(path);
      if (!analysis) continue;
      const { elements, attributes, values } = parsed(svgOf(drawnJobs(analysis)));
      const allowed = ['svg', 'title', 'desc', 'style', 'g', 'rect', 'path', 'text', 'tspan'];
      assert.deepEqual(
        [...elements].filter((name) => !allowed.includes(name)),
        [],
      );
      assert.deepEqual(
        [...attributes].filter((name) => /^on|href|^style$/.test(name)),
        [],
      );
      assert.ok(values.every((value) => !/url\(|javascript:/.test(value)));
    }
  }).timeout(60_000);

  it('shows names as text, whatever is in them, cut to a bound and with nothing that moves or hides text', () => {
    for (const name of HOSTILE) {
      const job = hostileJob(name);
      const svg = svgOf([job]);
      const { elements, text } = parsed(svg);
      assert.ok(!elements.has('script') && !elements.has('image'));
      assert.ok(svg.length < 200_000, `${svg.length} characters`);
      assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f\u202e\ud800-\udbff](?![\udc00-\udfff])/.test(text));
      assert.deepEqual(troubles(diagram([job])), []);
      if (name.length < 40 && /^[\x20-\x7e]*$/.test(name)) assert.ok(text.includes(name), name);
    }
  });

  it('follows the reader’s dark scheme by rules that win over its light colours', () => {
    const svg = svgOf([hostileJob('/vol')]);
    assert.match(svg, /<style>@media \(prefers-color-scheme: dark\)\{\.ground\{fill:#1f1f1f\}/);
    assert.match(svg, /<rect x="0" y="0" [^>]*fill="#ffffff"[^>]*class="ground"\/>/);
  });
});

describe('sequence diagram as text for others', () => {
  /** A line of Mermaid's sequence diagrams, as far as ours use them; text is free of what Mermaid or HTML take for theirs. */
  const text = String.raw`(?:[^#;<>&%"\x60{}\\\[\]~^$\n]|#\d+;|<br\/>)*`;
  const mermaidLine = new RegExp(
    String.raw`^(sequenceDiagram|  participant p\d+ as ${text}|  Note (over p\d+(,p\d+)?|right of p\d+): ${text}|  rect rgba\(\d+, \d+, \d+, 0\.\d+\)|  end|  p\d+(->>|-->>|-x|--x)p\d+: ${text})$`,
  );

  it('is Mermaid: every line is one of its statements, blocks are closed', () => {
    const jobs = [...drawnJobs(captureAnalysis('multitape-v2.pcap')), ...HOSTILE.map(hostileJob)];
    for (const job of jobs) {
      const lines = mermaidText(job);
      for (const line of lines) assert.match(line, mermaidLine);
      assert.equal(
        lines.filter((line) => line.startsWith('  rect')).length,
        lines.filter((line) => line === '  end').length,
      );
    }
  });

  it('is PlantUML: statements of ours alone, nothing for its preprocessor', () => {
    const jobs = [...drawnJobs(captureAnalysis('multitape-v2.pcap')), ...HOSTILE.map(hostileJob)];
    for (const job of jobs) {
      const lines = plantUmlText(job);
      assert.equal(lines[0], '@startuml');
      assert.equal(lines.at(-1), '@enduml');
      for (const line of lines.slice(1, -1)) {
        assert.match(
          line,
          /^(title |participant "|== [a-z -]+ ==$|group |end$|p\d+ (->|-->|->x|-->x) p\d+ : |rnote over p\d+ : )/,
        );
        assert.ok(!/[%!$@\n]/.test(line), line);
        assert.ok(!line.replace(/\\n/g, '').includes('\\'), line);
      }
    }
  });

  it('is text for a terminal: no control characters, no wider than it', () => {
    for (const job of HOSTILE.map(hostileJob)) {
      for (const line of terminalLines([job], 160, PLAIN)) {
        assert.ok(!/\p{Cc}|\p{Bidi_Control}/u.test(line));
        assert.ok([...line].length <= 160, line);
      }
    }
  });
});

describe('widths of texts', () => {
  it('cuts at the end of a character, and never beyond the width', () => {
    const font = { name: 'sans', size: 12 } as const;
    for (const sample of ['Data server', '漢字漢字漢字', '🎉🎉🎉🎉', 'ŒŒŒŒ', 'a\u0301bc']) {
      for (let width = 0; width < 80; width += 7) {
        const fitted = fitText(sample, font, width);
        assert.ok(fitted === '' || textWidth(fitted, font) <= width);
        assert.ok(!/[\ud800-\udbff]…?$/.test(fitted));
      }
    }
  });
});
