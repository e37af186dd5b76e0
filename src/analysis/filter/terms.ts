import type { Evaluation } from './source';

/** What the index alone says of a row. */
export const enum Verdict {
  No,
  Yes,
  /** The body has to be read. */
  Unknown,
}

export type RowTest = (row: number) => boolean;

/** A part of a compiled filter. `cheap` ones read the index only; others answer what they can from it first. */
export type Term =
  | { cheap: true; bind(evaluation: Evaluation): RowTest }
  | { cheap: false; bind(evaluation: Evaluation): { quick: (row: number) => Verdict; full: RowTest } };

export function not(term: Term): Term {
  if (term.cheap) {
    return {
      cheap: true,
      bind(evaluation) {
        const test = term.bind(evaluation);
        return (row) => !test(row);
      },
    };
  }
  return {
    cheap: false,
    bind(evaluation) {
      const { quick, full } = term.bind(evaluation);
      return { quick: (row) => inverse[quick(row)], full: (row) => !full(row) };
    },
  };
}

const inverse: Readonly<Record<Verdict, Verdict>> = {
  [Verdict.No]: Verdict.Yes,
  [Verdict.Yes]: Verdict.No,
  [Verdict.Unknown]: Verdict.Unknown,
};

export function and(terms: readonly Term[]): Term {
  return combine(terms, Verdict.No);
}

export function or(terms: readonly Term[]): Term {
  return combine(terms, Verdict.Yes);
}

/** `decisive` is the verdict of a single part that decides the whole. Parts that read bodies are asked last. */
function combine(terms: readonly Term[], decisive: Verdict.No | Verdict.Yes): Term {
  const deciding = decisive === Verdict.Yes;
  const cheap = terms.filter((term) => term.cheap);
  const costly = terms.filter((term) => !term.cheap);
  const bindCheap = (evaluation: Evaluation): RowTest => {
    const tests = cheap.map((term) => term.bind(evaluation));
    if (tests.length === 2) {
      const [first, second] = tests;
      return deciding ? (row) => first(row) || second(row) : (row) => first(row) && second(row);
    }
    return deciding ? (row) => tests.some((test) => test(row)) : (row) => tests.every((test) => test(row));
  };
  if (costly.length === 0) {
    return { cheap: true, bind: bindCheap };
  }
  return {
    cheap: false,
    bind(evaluation) {
      const first = bindCheap(evaluation);
      const rest = costly.map((term) => term.bind(evaluation));
      return {
        quick(row) {
          if (cheap.length > 0 && first(row) === deciding) {
            return decisive;
          }
          let result: Verdict = deciding ? Verdict.No : Verdict.Yes;
          for (const { quick } of rest) {
            const verdict = quick(row);
            if (verdict === decisive) {
              return decisive;
            }
            result = verdict === Verdict.Unknown ? verdict : result;
          }
          return result;
        },
        full(row) {
          if (cheap.length > 0 && first(row) === deciding) {
            return deciding;
          }
          for (const { quick, full } of rest) {
            const verdict = quick(row);
            if (verdict === decisive || (verdict === Verdict.Unknown && full(row) === deciding)) {
              return deciding;
            }
          }
          return !deciding;
        },
      };
    },
  };
}
