import { causes } from './causes';
import type { CauseId, Stretch } from './model';

/** Something said of a stretch of time; several may be said of one moment. Seconds since the capture's first message. */
export interface Claim {
  from: number;
  to: number;
  cause: CauseId;
  what: string;
  rows: number[];
  /** Instead of the cause's own rank. */
  rank?: number;
}

interface Edge {
  at: number;
  claim: Claim;
  begins: boolean;
}

/** Shorter stretches come from rounding: moments of flows are seconds since 1970 as one number. */
const LEAST = 5e-7;

const rankOf = (claim: Claim): number => claim.rank ?? causes[claim.cause].rank;

/**
 * Cuts the time from `from` to `to` into stretches that do not overlap: each belongs to the claim of the highest rank there,
 * of equals to the one that began last. Moments that nobody claims belong to `otherwise`. Time n log n of the claims.
 */
export function sweep(claims: readonly Claim[], from: number, to: number, otherwise: CauseId): Stretch[] {
  const stretches: Stretch[] = [];
  const active = new Active();
  let at = from;
  for (const { at: next, claim, begins } of edgesOf(claims, from, to)) {
    if (next - at > LEAST) {
      append(stretches, at, next, active.top(), otherwise);
      at = next;
    }
    if (begins) active.add(claim);
    else active.remove(claim);
  }
  if (to > at) append(stretches, at, to, active.top(), otherwise);
  return stretches;
}

function edgesOf(claims: readonly Claim[], from: number, to: number): Edge[] {
  const edges: Edge[] = [];
  for (const claim of claims) {
    const begin = Math.max(from, claim.from);
    const end = Math.min(to, claim.to);
    if (!(end - begin > LEAST)) continue;
    edges.push({ at: begin, claim, begins: true }, { at: end, claim, begins: false });
  }
  return edges.sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
}

function append(stretches: Stretch[], from: number, to: number, claim: Claim | undefined, otherwise: CauseId): void {
  const cause = claim?.cause ?? otherwise;
  const what = claim?.what ?? '';
  const last = stretches.at(-1);
  if (last !== undefined && last.cause === cause && last.what === what && last.to === from) {
    last.to = to;
    for (const row of claim?.rows ?? []) if (last.rows.length < 8 && !last.rows.includes(row)) last.rows.push(row);
  } else stretches.push({ from, to, cause, what, rows: [...(claim?.rows ?? [])] });
}

/** The claims that hold at a moment, by rank. */
class Active {
  private readonly byRank = new Map<number, Claim[]>();
  private ranks: number[] = [];

  add(claim: Claim): void {
    const rank = rankOf(claim);
    let claims = this.byRank.get(rank);
    if (claims === undefined) {
      claims = [];
      this.byRank.set(rank, claims);
      this.ranks = [...this.byRank.keys()].sort((a, b) => b - a);
    }
    claims.push(claim);
  }

  remove(claim: Claim): void {
    const claims = this.byRank.get(rankOf(claim)) ?? [];
    const place = claims.lastIndexOf(claim);
    if (place >= 0) claims.splice(place, 1);
  }

  top(): Claim | undefined {
    for (const rank of this.ranks) {
      const claims = this.byRank.get(rank);
      if (claims !== undefined && claims.length > 0) return claims[claims.length - 1];
    }
    return undefined;
  }
}
