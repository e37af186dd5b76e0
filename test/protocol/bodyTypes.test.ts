import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, type BodyOf, type BodyValue } from '../../src/protocol';
import { contextOf, headerFor } from './support/bodies';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(truth: T): void {
  assert.ok(truth);
}

describe('types of bodies', () => {
  it('follow from the tables', () => {
    assertType<Equal<BodyOf<'NDMP_MOVER_LISTEN', 4, 'request'>, { mode: number; addr_type: number }>>(true);
    assertType<
      Equal<BodyOf<'NDMP_DATA_GET_ENV', 3, 'reply'>, { error: number; env: { name: string; value: string }[] }>
    >(true);
    assertType<Equal<BodyOf<'NDMP_MOVER_SET_WINDOW', 2, 'request'>, { offset: bigint; length: bigint }>>(true);
    assertType<Equal<BodyOf<'NDMP_TAPE_WRITE', 4, 'request'>, { data_out: Uint8Array }>>(true);
    assertType<Equal<BodyOf<'NDMP_CONNECT_CLOSE', 4, 'reply'>, never>>(true);
    assertType<Equal<BodyOf<'NDMP_DATA_LISTEN', 2, 'request'>, never>>(true);
  });

  it('tell the cases of a union apart', () => {
    const connect: BodyOf<'NDMP_DATA_CONNECT', 4, 'request'> = { addr: { type: 1, tcp_addr: [] } };
    if (connect.addr.type === 1) assert.deepEqual(connect.addr.tcp_addr, []);
    type TcpAddress = { ip_addr: number; port: number; addr_env: { name: string; value: string }[] };
    assertType<Equal<Extract<(typeof connect)['addr'], { type: 1 }>, { type: 1; tcp_addr: TcpAddress[] }>>(true);
  });

  it('are values that can be encoded', () => {
    const context = contextOf(0x40a, 'request', 3);
    const body: BodyOf<'NDMP_DATA_CONNECT', 3, 'request'> = { addr: { type: 1, ip_addr: 0x7f000001, port: 10000 } };
    const value: BodyValue = body;
    assert.deepEqual(decodeMessage(encodeMessage(headerFor(context), body, context), context).value, value);
  });
});
