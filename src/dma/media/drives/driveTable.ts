import { escapeText } from '../../../protocol';
import { DmaFailure } from '../../connection/failures';
import type { ServerReport } from '../../query/model';
import type { DriveState, Element, Inventory } from '../model';
import { elementAt } from '../placement';
import { UNLOADS, type Drive } from './devices';
import type { Pairing } from './pairing';

/** The drives of a library, found by name or by element. */
export class DriveTable {
  constructor(
    private readonly server: string,
    readonly pairings: readonly Pairing[],
    private readonly report: ServerReport | undefined,
  ) {}

  /**
   * @param inventory undefined where there is no changer
   * @param report what the server told lately, for the affinity
   */
  states(inventory: Inventory | undefined, report = this.report): DriveState[] {
    return this.pairings.map(({ drive, element }) => {
      const bay = element === undefined || !inventory ? undefined : elementAt(inventory, element);
      const names = [drive.device, ...drive.aliases];
      return {
        server: this.server,
        device: drive.device,
        element,
        loaded: bay?.barcode,
        affinity: report?.tapes.find(({ device }) => names.includes(device))?.affinity,
        unusable: whyNotEver(drive) ?? (inventory ? whyUnusable(element, bay) : undefined),
      };
    });
  }

  /** @throws DmaFailure for a name that no drive has */
  named(name: string): Pairing {
    const found = this.pairings.find(({ drive }) => drive.device === name || drive.aliases.includes(name));
    if (found) return found;
    const known = this.pairings.map(({ drive }) => escapeText(drive.device)).join(', ') || 'none';
    throw new DmaFailure(`${this.server} has no drive ${escapeText(name)}. Its drives: ${known}.`);
  }

  /** @throws DmaFailure where it is not known which one it is */
  elementOf(name: string): number {
    const { element } = this.named(name);
    if (element !== undefined) return element;
    throw new DmaFailure(
      `It is not known which drive of the changer ${escapeText(name)} of ${this.server} is: ` +
        `say in the server's driveElements which element it is.`,
    );
  }

  at(element: number): Drive | undefined {
    return this.pairings.find((pairing) => pairing.element === element)?.drive;
  }
}

/** A drive under such a name gives its tape out while the run still needs it. */
function whyNotEver({ attributes }: Drive): string | undefined {
  return (attributes & UNLOADS) === 0
    ? undefined
    : 'this name of it unloads the tape whenever it is closed: use another';
}

function whyUnusable(element: number | undefined, bay: Element | undefined): string | undefined {
  if (element === undefined) return 'it is not known which drive of the changer it is';
  if (!bay) return `the changer has no element ${element}`;
  if (bay.isCleaning) return 'it is being cleaned';
  return bay.problem;
}
