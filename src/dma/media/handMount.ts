import { escapeText } from '../../protocol';
import type { TapeRecord } from '../catalog/model';
import type { NdmpConnection } from '../connection/model';
import type { Patience } from './changer/execute';
import type { TapeDesk } from './drives/tapeDesk';
import { describeFinding } from './label';
import type { Label } from './model';

/** A drive that people put tapes into. */
export interface HandDrive {
  desk: TapeDesk;
  patience: Patience;
  server: string;
  device: string;
  /** A connection to the tape server with no tape open. */
  over: NdmpConnection | undefined;
}

/**
 * Has a person put a tape in; one that carries its label and is there already is taken as it is.
 * @param ask settles when somebody says that it was done, and rejects when nobody does
 */
export async function mountByHand(
  { desk, patience, server, device, over }: HandDrive,
  { barcode, known }: { barcode: string; known: TapeRecord | undefined },
  ask: (text: string) => Promise<void>,
): Promise<void> {
  const where = `drive ${escapeText(device)} of ${server}`;
  let wish = `Put tape ${escapeText(barcode)} into ${where}.`;
  let finding = await desk.find(device, over);
  for (let asked = false; ; asked = true) {
    if (finding?.kind === 'ours' && isTape(finding.label, barcode, known)) return;
    // A tape without a label of ours may be the right one, once somebody says that it is there.
    if (asked && finding && finding.kind !== 'ours') return;
    if (finding?.kind === 'ours')
      wish = `The tape in ${where} ${describeFinding(finding)}. Put ${escapeText(barcode)} in.`;
    await ask(wish);
    await desk.waitReady(device, patience, over);
    finding = await desk.find(device, over);
  }
}

function isTape({ uuid, barcode }: Label, name: string, known: TapeRecord | undefined): boolean {
  return known?.label === undefined ? barcode === (known?.sticker ?? name) : uuid === known.label;
}
