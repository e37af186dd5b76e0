import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeWithPeer } from '../support/peers';
import { outputOf, PAGE, quotesOf } from './quotes';

const quotes = quotesOf(readFileSync(PAGE, 'utf8'));

describe('manual: what Wireshark does not show you', () => {
  for (const { command, output } of quotes.filter((quote) => quote.command.startsWith('ndmp '))) {
    it(`quotes ${command}`, () => assert.equal(outputOf(command), output));
  }

  it('has a section for each sample', () => {
    const page = readFileSync(PAGE, 'utf8');
    assert.ok(quotes.length > 20);
    assert.ok(page.split('\n## ').length > 12);
  });
});

describeWithPeer('tshark', 'manual: what Wireshark does show', () => {
  for (const { command, output } of quotes.filter((quote) => quote.command.startsWith('tshark '))) {
    it(`quotes ${command}`, () => assert.equal(outputOf(command), output));
  }
});
