import type { SequenceLine, SequenceOutline } from '../../../src/analysis/sequence/model';
import {
  darkPalette,
  diagram,
  lightPalette,
  mermaidText,
  plantUmlText,
  svgText,
  type DrawnJob,
} from '../../../src/drawing/sequence';
import type { Bus } from '../../bus';
import { notify } from '../../layout/announcer';
import type { LineStore } from './lineStore';

/** Lines of a picture or a text; documents take no more. */
const MAX_LINES = 5000;
/** Browsers draw on no larger canvas. */
const MAX_CANVAS = 16_000;
const MAX_CANVAS_AREA = 120_000_000;
const SHARP = 2;

export type TextFormat = 'svg' | 'mermaid' | 'plantuml';
const names: Readonly<Record<TextFormat, [what: string, extension: string]>> = {
  svg: ['SVG', 'svg'],
  mermaid: ['Mermaid', 'mmd'],
  plantuml: ['PlantUML', 'puml'],
};

/** The diagram that is shown, as files and on the clipboard. */
export class SequenceExports {
  constructor(
    private readonly bus: Bus,
    private readonly store: LineStore,
    private readonly outline: () => SequenceOutline | undefined,
  ) {}

  async save(format: TextFormat): Promise<void> {
    const job = await this.drawn();
    if (!job) return;
    const [what, extension] = names[format];
    const { saved } = await this.bus.ask('saveFile', {
      name: `${fileName(job)}.${extension}`,
      content: textOf(job, format),
    });
    if (saved !== undefined) notify(`Saved as ${what}: ${saved}`);
  }

  async copy(format: TextFormat): Promise<void> {
    const job = await this.drawn();
    if (!job) return;
    await this.bus.ask('copyText', { text: textOf(job, format) });
    notify(`Copied the diagram as ${names[format][0]}.`);
  }

  async savePng(): Promise<void> {
    const job = await this.drawn();
    if (!job) return;
    const content = await png(job);
    const { saved } = await this.bus.ask('saveFile', { name: `${fileName(job)}.png`, content });
    if (saved !== undefined) notify(`Saved as PNG: ${saved}`);
  }

  private async drawn(): Promise<DrawnJob | undefined> {
    const outline = this.outline();
    if (!outline) return undefined;
    const lines: SequenceLine[] = await this.store.all(MAX_LINES);
    return { outline, lines, omitted: Math.max(0, outline.lines - lines.length) };
  }
}

function fileName({ outline }: DrawnJob): string {
  return `sequence-job-${outline.job + 1}`;
}

function textOf(job: DrawnJob, format: TextFormat): string {
  if (format === 'mermaid') return `${mermaidText(job).join('\n')}\n`;
  if (format === 'plantuml') return `${plantUmlText(job).join('\n')}\n`;
  return svgOf(job);
}

/** In the colours of the theme's kind: a document wants light ones, a slide may want dark ones. */
function svgOf(job: DrawnJob): string {
  const { title, subtitle } = job.outline;
  return svgText(diagram([job]), { title, description: subtitle, palette: isLight() ? lightPalette : darkPalette });
}

function isLight(): boolean {
  const { classList } = document.body;
  return classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
}

async function png(job: DrawnJob): Promise<Uint8Array> {
  const { width, height } = diagram([job]);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(job))}`;
  await image.decode();
  const scale = Math.min(SHARP, MAX_CANVAS / width, MAX_CANVAS / height, Math.sqrt(MAX_CANVAS_AREA / (width * height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
}
