import type { MessageIndex } from '../../session/messageIndex';
import { parseAddressBytes } from '../../protocol';
import { parseAddress } from './address';
import type { AddressPattern, Literal } from './ast';
import { cheap, type Condition } from './condition';
import { addressMatches } from './leafTests';
import type { RowField } from './rowFields';
import type { Term } from './terms';
import * as tests from './tests';

/** Comparisons with the addresses of a connection. */

/** Addresses hang on connection and direction alone: each pair is tested once. */
export function addressTerm(
  field: RowField & { type: 'address' },
  quantifier: tests.Quantifier,
  test: (bytes: Uint8Array, port: number, text: string) => boolean,
): Term {
  return cheap((index) => {
    const memo: (boolean | undefined)[] = [];
    return (row) => {
      const connection = index.connection(row);
      const key = connection * 2 + (index.fromServer(row) ? 1 : 0);
      return (memo[key] ??= ofConnection(index, connection, (key & 1) === 1));
    };
  });

  function ofConnection(index: MessageIndex, connection: number, fromServer: boolean): boolean {
    const ends = field.ends(index.connections[connection], fromServer).flatMap(({ address, port }) => {
      const bytes = parseAddressBytes(address) ?? new Uint8Array(0);
      const text = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      return field.family === undefined || bytes.length === (field.family === 4 ? 4 : 16)
        ? [{ bytes, port, text }]
        : [];
    });
    const some = ends.some(({ bytes, port, text }) => test(bytes, port, text));
    switch (quantifier) {
      case 'any':
        return some;
      case 'none':
        return ends.length > 0 && !some;
      case 'all':
        return ends.length > 0 && ends.every(({ bytes, port, text }) => test(bytes, port, text));
    }
  }
}

export function addressCompare(field: RowField & { type: 'address' }, condition: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(condition.op);
  if (op === 'contains' || op === 'matches') {
    const test = tests.textTest(op, condition.value);
    return addressTerm(field, 'any', (_bytes, _port, text) => test(text));
  }
  const low = addressPattern(field.name, condition.value);
  const high = condition.high === undefined ? undefined : addressPattern(field.name, condition.high);
  return addressTerm(field, quantifier, (bytes, port) => {
    const portFits = low.port === undefined || low.port === port;
    const fits =
      high === undefined
        ? addressMatches(op, bytes, low)
        : addressMatches('ge', bytes, low) && addressMatches('le', bytes, high);
    return (portFits && fits) !== negate;
  });
}

function addressPattern(field: string, literal: Literal): AddressPattern {
  const pattern =
    literal.kind === 'address' ? literal.address : literal.kind === 'string' ? parseAddress(literal.value) : undefined;
  if (pattern === undefined) {
    throw tests.wrongLiteral(field, 'an address such as 10.0.0.1, 10.0.0.1:10000, 10.0.0.0/8 or fe80::1', literal);
  }
  return pattern;
}
