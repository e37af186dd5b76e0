import assert from 'node:assert/strict';
import { connectionText } from '../../../src/cli/plan/planText';

describe('cli plan: connections', () => {
  it('names each address once, networks of one address as the address', () => {
    const addresses = ['10.0.0.1', '10.0.0.1/32', '10.1.0.0/16', 'fd00::2/128', 'fd00::2', 'fd00::/64'];
    const text = connectionText({
      purpose: 'data',
      from: 'filer1',
      fromAddresses: [],
      to: 'tapes',
      addresses,
      port: undefined,
      why: '',
    });
    assert.equal(
      text,
      'filer1 → tapes at 10.0.0.1, 10.1.0.0/16, fd00::2, fd00::/64, TCP port that the listening side chooses',
    );
  });
});
