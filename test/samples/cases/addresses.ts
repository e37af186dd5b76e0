import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample } from '../talk';
import { group, ipv6, list, pairs, structs, word, type Field } from '../xdr';

const CAE = 0x20510004;

/** A data connection over IPv6: control connections over IPv6 and NetApp's address type in the messages. */
export function ipv6Addresses(sample: Sample): void {
  const dma = '2001:db8::5';
  const data = sample.talk({ address: dma, port: 50_401 }, { address: '2001:db8::20', port: 10_000 }, 4);
  const tape = sample.talk({ address: dma, port: 50_402 }, { address: '2001:db8::30', port: 10_000 }, 4);
  const listening = group('connect_addr', address());
  logIn(data, 4);
  logIn(tape, 4, 0.05);
  const set = data.request(0.1, CODES.setExtList, [
    structs('selected', [[word('class_id', 0x2051), word('version', 1)]]),
  ]);
  data.reply(0.101, set);
  const listen = data.request(0.2, CODES.dataListen, [word('addr_type', CAE, 'TCP_IPV6')]);
  data.reply(0.21, listen, [listening]);
  const target = group('addr', address());
  const connect = tape.request(0.3, CODES.moverConnect, [word('mode', 0, 'READ'), target]);
  tape.reply(0.32, connect);
  const state = data.request(0.4, CODES.dataGetState);
  data.replyWith(0.401, state, dataState(), { error: 0 });
  data.close(1);
  tape.close(1.01);
}

function address(): Field[] {
  const entries = [
    [ipv6('ipv6_addr', '2001:db8::20'), word('port', 40_500), pairs('addr_env', {})],
    [ipv6('ipv6_addr', '2001:db8:1::20'), word('port', 40_501), pairs('addr_env', { INTERFACE: 'e0b' })],
  ];
  return [word('type', CAE, 'TCP_IPV6'), structs('tcp6_addr', entries)];
}

function dataState(): Field[] {
  const unknown = { bytes: Buffer.alloc(8, 0xff), json: '18446744073709551615' };
  const zero = { bytes: Buffer.alloc(8), json: '0' };
  const entry = [ipv6('ipv6_addr', '2001:db8::20'), word('port', 40_500), list('addr_env', [])];
  return [
    word('unsupported', 3, ['est_bytes_remain', 'est_time_remain']),
    word('error', 0, 'NO_ERR'),
    word('operation', 0, 'NOACTION'),
    word('state', 4, 'CONNECTED'),
    word('halt_reason', 0, 'NA'),
    { name: 'bytes_processed', ...zero },
    { name: 'est_bytes_remain', ...unknown },
    word('est_time_remain', 0xffffffff),
    group('data_connection_addr', [word('type', CAE, 'TCP_IPV6'), structs('tcp6_addr', [entry])]),
    { name: 'read_offset', ...zero },
    { name: 'read_length', ...zero },
  ];
}
