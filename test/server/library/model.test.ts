import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TestLibrary } from '../../support/changer';

const MAIL = [16];
const DRIVES = [128, 129];
const SLOTS = [1024, 1025];
const NO_PLACES = [1, 5, 0];
const INITIATORS = [1, 2];
const READY = '00 00 00 00 00 00';

type Step =
  | { do: 'move'; by: number; from: number; to: number }
  | { do: 'exchange'; by: number; from: number; first: number; second: number }
  | { do: 'ready' | 'prevent' | 'allow' | 'reserve' | 'release'; by: number }
  | { do: 'openDrive' | 'closeDrive'; drive: number }
  | { do: 'takeOut' | 'putIn'; at: number }
  | { do: 'openDoor' | 'closeDoor' | 'reset' | 'restart' };

const by = fc.constantFrom(...INITIATORS);
const at = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...MAIL, ...DRIVES, ...SLOTS) },
  { weight: 1, arbitrary: fc.constantFrom(...NO_PLACES) },
);
const some = <D extends string, R extends object>(weight: number, names: readonly D[], rest: fc.Arbitrary<R>) => ({
  weight,
  arbitrary: fc.tuple(fc.constantFrom(...names), rest).map(([name, values]) => ({ do: name, ...values })),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  some(24, ['move'], fc.record({ by, from: at, to: at })),
  some(12, ['exchange'], fc.record({ by, from: at, first: at, second: at })),
  some(12, ['ready'], fc.record({ by })),
  some(3, ['prevent', 'allow', 'allow'], fc.record({ by })),
  some(3, ['reserve', 'release', 'release'], fc.record({ by })),
  some(8, ['openDrive', 'closeDrive'], fc.record({ drive: fc.nat(1) })),
  some(6, ['takeOut', 'putIn'], fc.record({ at: fc.constantFrom(...MAIL, ...SLOTS) })),
  some(4, ['openDoor', 'closeDoor', 'closeDoor', 'reset', 'restart'], fc.constant({})),
);

/** A library as the standard and the manual describe it, written without a look at the code. */
class Model {
  places = new Map<number, string>();
  outside: string[] = [];
  door = false;
  preventing = new Set<number>();
  holder: number | undefined;
  openDrives = new Set<number>();
  news = new Map<number, string[]>(INITIATORS.map((each) => [each, []]));

  tell(what: '28/00' | '28/01' | '29/00', not?: number): void {
    for (const [initiator, list] of this.news) {
      if (initiator === not) continue;
      const most = ['29/00', '28/00', '28/01'].find((each) => each === what || list.includes(each));
      this.news.set(initiator, most === undefined ? [] : [most]);
    }
  }

  /** What every command but RELEASE meets before it is looked at. */
  before(initiator: number, despiteReservation = false): string | undefined {
    if (!despiteReservation && this.holder !== undefined && this.holder !== initiator) return 'status 24';
    const [news] = this.news.get(initiator) ?? [];
    this.news.set(initiator, []);
    return news === undefined ? undefined : `UNIT ATTENTION ${news}`;
  }

  move(from: number, to: number): string {
    if (![from, to].every(holdsMedia)) return 'ILLEGAL REQUEST 21/01';
    const tag = this.places.get(from);
    if (tag === undefined) return 'ILLEGAL REQUEST 3B/0E';
    if (from === to) return 'GOOD';
    if (this.places.has(to)) return 'ILLEGAL REQUEST 3B/0D';
    if (this.openDrives.has(from)) return 'ILLEGAL REQUEST 53/02';
    this.places.delete(from);
    this.places.set(to, tag);
    return 'GOOD';
  }

  exchange(from: number, first: number, second: number): string {
    if (![from, first, second].every(holdsMedia)) return 'ILLEGAL REQUEST 21/01';
    if (!this.places.has(from) || !this.places.has(first)) return 'ILLEGAL REQUEST 3B/0E';
    if (from === first || first === second) return 'ILLEGAL REQUEST 3B/0D';
    if (second !== from && this.places.has(second)) return 'ILLEGAL REQUEST 3B/0D';
    if ([first, from].some((each) => this.openDrives.has(each))) return 'ILLEGAL REQUEST 53/02';
    const coming = this.places.get(from) ?? '';
    const going = this.places.get(first) ?? '';
    this.places.delete(from);
    this.places.set(second, going);
    this.places.set(first, coming);
    return 'GOOD';
  }
}

const holdsMedia = (element: number): boolean => [...MAIL, ...DRIVES, ...SLOTS].includes(element);

describe('tape library: any sequence of commands and of an operator’s doings', () => {
  it('ends as the model says, step by step', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 60, maxLength: 120, size: 'max' }), async (list) => {
        const test = await TestLibrary.make({
          slots: SLOTS.length,
          importExport: MAIL.length,
          cartridges: [{ barcodes: ['A1', 'A2'], capacity: 100_000 }],
        });
        try {
          await play(test, list);
        } finally {
          await test.remove();
        }
      }),
      { numRuns: 30 },
    );
  });
});

async function play(test: TestLibrary, list: readonly Step[]): Promise<void> {
  const model = new Model();
  model.places.set(SLOTS[0], 'A1').set(SLOTS[1], 'A2');
  const tapes = new Map<number, { close(): Promise<void> }>();
  for (const initiator of INITIATORS) test.library.changer.attach?.(initiator);
  for (const step of list) {
    assert.equal(await didReally(test, tapes, step), inModel(model, step), JSON.stringify(step));
    const inventory = test.library
      .inventory()
      .flatMap(({ element, cartridge }) => (cartridge ? [[element, cartridge.barcode] as const] : []));
    assert.deepEqual(new Map(inventory), new Map([...model.places].sort(([a], [b]) => a - b)));
    for (const [n, { drive }] of test.library.drives.entries())
      assert.equal(drive.cartridge?.barcode, model.places.get(DRIVES[n]));
  }
  for (const tape of tapes.values()) await tape.close();
}

const BLOCKS = {
  ready: READY,
  prevent: '1e 00 00 00 01 00',
  allow: '1e 00 00 00 00 00',
  reserve: '16 00 00 00 00 00',
  release: '17 00 00 00 00 00',
};

async function didReally(
  test: TestLibrary,
  tapes: Map<number, { close(): Promise<void> }>,
  step: Step,
): Promise<string> {
  const { operator, drives, changer } = test.library;
  const doing = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'GOOD',
      () => 'refused',
    );
  switch (step.do) {
    case 'move':
      return test.move(step.from, step.to, step.by);
    case 'exchange':
      return test.exchange(step.from, step.first, step.second, step.by);
    case 'openDrive':
      return doing(drives[step.drive].drive.open('RAW').then((tape) => tapes.set(step.drive, tape)));
    case 'closeDrive':
      await tapes.get(step.drive)?.close();
      tapes.delete(step.drive);
      return 'GOOD';
    case 'takeOut':
      return doing(operator.takeOut(step.at));
    case 'putIn':
      return doing(operator.putIn(operator.outside().at(0)?.barcode ?? 'none', step.at));
    case 'openDoor':
      return doing(operator.openDoor());
    case 'closeDoor':
      return doing(operator.closeDoor());
    case 'reset':
      changer.reset();
      return 'GOOD';
    case 'restart':
      for (const tape of tapes.values()) await tape.close();
      tapes.clear();
      await test.reopen();
      for (const initiator of INITIATORS) test.library.changer.attach?.(initiator);
      return 'GOOD';
    default:
      return test.outcome(BLOCKS[step.do], step.by);
  }
}

function inModel(model: Model, step: Step): string {
  switch (step.do) {
    case 'move':
    case 'exchange': {
      const met = model.before(step.by);
      if (met !== undefined) return met;
      if (model.door) return 'NOT READY 04/03';
      const outcome =
        step.do === 'move' ? model.move(step.from, step.to) : model.exchange(step.from, step.first, step.second);
      if (outcome === 'GOOD') model.tell('28/00', step.by);
      return outcome;
    }
    case 'openDrive': {
      const is = model.openDrives.has(DRIVES[step.drive]);
      model.openDrives.add(DRIVES[step.drive]);
      return is ? 'refused' : 'GOOD';
    }
    case 'closeDrive':
      model.openDrives.delete(DRIVES[step.drive]);
      return 'GOOD';
    case 'takeOut': {
      const tag = model.places.get(step.at);
      if (tag === undefined || (isMail(step.at) ? model.preventing.size > 0 : !model.door)) return 'refused';
      model.places.delete(step.at);
      model.outside.push(tag);
      model.tell(isMail(step.at) ? '28/01' : '28/00');
      return 'GOOD';
    }
    case 'putIn': {
      const [tag] = TAGS.filter((each) => model.outside.includes(each));
      if (tag === undefined || model.places.has(step.at)) return 'refused';
      if (isMail(step.at) ? model.preventing.size > 0 : !model.door) return 'refused';
      model.outside = model.outside.filter((each) => each !== tag);
      model.places.set(step.at, tag);
      model.tell(isMail(step.at) ? '28/01' : '28/00');
      return 'GOOD';
    }
    case 'openDoor':
      if (model.preventing.size > 0) return 'refused';
      model.door = true;
      return 'GOOD';
    case 'closeDoor':
      if (model.door) model.tell('28/00');
      model.door = false;
      return 'GOOD';
    case 'reset':
      model.preventing.clear();
      model.holder = undefined;
      model.tell('29/00');
      return 'GOOD';
    case 'restart':
      model.preventing.clear();
      model.holder = undefined;
      model.door = false;
      model.openDrives.clear();
      for (const initiator of INITIATORS) model.news.set(initiator, []);
      return 'GOOD';
    default:
      return inModelByCommand(model, step.do, step.by);
  }
}

function inModelByCommand(
  model: Model,
  what: 'ready' | 'prevent' | 'allow' | 'reserve' | 'release',
  initiator: number,
): string {
  const met = model.before(initiator, what === 'release');
  if (met !== undefined) return met;
  if (what === 'ready' && model.door) return 'NOT READY 04/03';
  if (what === 'prevent') model.preventing.add(initiator);
  if (what === 'allow') model.preventing.delete(initiator);
  if (what === 'reserve') model.holder = initiator;
  if (what === 'release' && model.holder === initiator) model.holder = undefined;
  return 'GOOD';
}

/** In the order in which the library knows them. */
const TAGS = ['A1', 'A2'];
const isMail = (element: number): boolean => MAIL.includes(element);
