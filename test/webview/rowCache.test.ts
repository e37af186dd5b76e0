import assert from 'node:assert/strict';
import type { Row } from '../../src/extension/messages';
import { RowCache } from '../../webview/table/rowCache';

interface Fetch {
  filterId: number;
  from: number;
  to: number;
  resolve(rows: Row[] | undefined): void;
}

function cacheWithLog(): { cache: RowCache; fetches: Fetch[]; loads: () => number } {
  const fetches: Fetch[] = [];
  let loads = 0;
  const cache = new RowCache(
    (filterId, from, to) => new Promise((resolve) => fetches.push({ filterId, from, to, resolve })),
    () => loads++,
  );
  return { cache, fetches, loads: () => loads };
}

const rowsOf = ({ from, to }: Fetch): Row[] =>
  Array.from({ length: to - from }, (_, index) => ({ n: from + index + 1 }) as Row);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function serve(fetch: Fetch): Promise<void> {
  fetch.resolve(rowsOf(fetch));
  await settle();
}

describe('row cache', () => {
  it('fetches pages that are looked at, once', async () => {
    const { cache, fetches } = cacheWithLog();
    cache.reset(1, 1000);
    cache.want(95, 125);
    cache.want(96, 126);
    assert.deepEqual(fetches.map(({ from, to }) => [from, to]), [[0, 100], [100, 200]]); // prettier-ignore
    await serve(fetches[0]);
    assert.equal(cache.get(99)?.n, 100);
    assert.equal(cache.get(100), undefined);
    cache.want(0, 30);
    assert.equal(fetches.length, 2);
  });

  it('asks for few pages at a time and goes on with what is wanted by then', async () => {
    const { cache, fetches } = cacheWithLog();
    cache.reset(1, 10_000_000);
    for (let row = 0; row < 9_000_000; row += 1_000_000) cache.want(row, row + 30);
    assert.equal(fetches.length, 3);
    await serve(fetches[0]);
    assert.equal(fetches[3].from, 8_000_000);
  });

  it('forgets everything when the filter changes, even what is on its way', async () => {
    const { cache, fetches, loads } = cacheWithLog();
    cache.reset(1, 100);
    cache.want(0, 30);
    cache.reset(2, 100);
    await serve(fetches[0]);
    assert.equal(cache.get(0), undefined);
    assert.equal(loads(), 0);
    cache.want(0, 30);
    assert.equal(fetches[1].filterId, 2);
  });

  it('completes the last page as the list grows', async () => {
    const { cache, fetches } = cacheWithLog();
    cache.reset(1, 30);
    cache.want(0, 30);
    await serve(fetches[0]);
    cache.want(0, 40);
    cache.grow(250);
    assert.deepEqual([fetches[1].from, fetches[1].to], [0, 100]);
    await serve(fetches[1]);
    assert.equal(cache.get(39)?.n, 40);
  });

  it('does not ask again and again for what the host refuses', async () => {
    const { cache, fetches, loads } = cacheWithLog();
    cache.reset(1, 100);
    cache.want(0, 30);
    fetches[0].resolve(undefined);
    await settle();
    assert.equal(fetches.length, 1);
    assert.equal(loads(), 0);
  });

  it('keeps a bounded number of rows', async () => {
    const { cache, fetches } = cacheWithLog();
    cache.reset(1, 100_000);
    for (let page = 0; page < 70; page++) {
      cache.want(page * 100, page * 100 + 30);
      await serve(fetches[page]);
    }
    assert.equal(cache.get(0), undefined);
    assert.equal(cache.get(6900)?.n, 6901);
  });
});
