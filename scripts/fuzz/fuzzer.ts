import { checkInput } from './check';
import { minimise } from './minimise';
import { mutate } from './mutate';
import { Random } from './random';

/** What the process that does the work tells the one that watches it. */
export type FuzzerMessage =
  | { type: 'input'; input: number }
  | { type: 'done'; text: string }
  | { type: 'failed'; input: number; stack: string; bytes: Uint8Array };

/** Makes inputs out of a corpus and checks them; the same seed gives the same inputs. */
export class Fuzzer {
  constructor(
    readonly corpus: readonly Buffer[],
    private readonly seed: number,
  ) {}

  /** The input of this number, and where the choices that its check makes begin. */
  input(input: number): { bytes: Buffer; checkSeed: number } {
    const checkSeed = (this.seed + Math.imul(input, 0x9e3779b1)) >>> 0;
    const random = new Random(checkSeed);
    return { bytes: mutate(random, random.pick(this.corpus), random.pick(this.corpus)), checkSeed };
  }

  async run(seconds: number, say: (message: FuzzerMessage) => void): Promise<FuzzerMessage> {
    const end = performance.now() + seconds * 1000;
    let [inputs, size, rows, slowest] = [0, 0, 0, 0];
    for (; performance.now() < end; inputs++) {
      const start = performance.now();
      say({ type: 'input', input: inputs });
      const { bytes, checkSeed } = this.input(inputs);
      const check = (candidate: Buffer): Promise<number> => checkInput(candidate, new Random(checkSeed));
      try {
        rows += await check(bytes);
      } catch (error) {
        const fails = (candidate: Buffer): Promise<boolean> =>
          check(candidate).then(
            () => false,
            () => true,
          );
        const smaller = await minimise(bytes, fails);
        return { type: 'failed', input: inputs, stack: String((error as Error).stack), bytes: smaller };
      }
      size += bytes.length;
      slowest = Math.max(slowest, performance.now() - start);
    }
    const { maxRSS } = process.resourceUsage();
    const text =
      `${inputs} inputs, ${(size / 1e6).toFixed(0)} MB, ${rows} messages: no failure; ` +
      `slowest input ${slowest.toFixed(0)} ms, peak memory ${(maxRSS / 1024).toFixed(0)} MB`;
    return { type: 'done', text };
  }
}
