import type { Who } from '../../src/analysis/statistics/model';

/** One class a side in charts of time; its colour stands in the style sheet. «Not told» is hatched as well. */
export const WHO_CLASSES: Readonly<Record<Who, string>> = {
  'data server': 'who-data',
  'tape server': 'who-tape',
  'media change': 'who-media',
  server: 'who-server',
  network: 'who-network',
  DMA: 'who-dma',
  'data moving': 'who-moving',
  'not told': 'who-unknown',
};

/** What a side is called where it stands alone. */
export const WHO_TITLES: Readonly<Record<Who, string>> = {
  'data server': 'Data server',
  'tape server': 'Tape server and mover',
  'media change': 'Media change',
  server: 'Server',
  network: 'Network',
  DMA: 'DMA',
  'data moving': 'Data moving',
  'not told': 'Not told',
};
