import assert from 'node:assert/strict';
import { captureHtml } from '../../../src/extension/editor/html';

const files = { script: 'https://host/main.js?a=1&b=2', style: 'https://host/main.css', cspSource: 'https://host' };

describe('page of the capture editor', () => {
  const html = captureHtml(files, 'n0nce', '<img src=x onerror=alert(1)>.pcap');

  it('allows nothing but its own script, styles, fonts and images', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1];
    assert.match(policy, /^default-src 'none';/);
    assert.match(policy, /script-src 'nonce-n0nce'$/);
    assert.match(policy, /style-src https:\/\/host 'nonce-n0nce';/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('has one script, with the nonce, and none in line', () => {
    assert.deepEqual(html.match(/<script[^>]*>/g), ['<script nonce="n0nce" src="https://host/main.js?a=1&#38;b=2">']);
    assert.doesNotMatch(html, /style=/);
  });

  it('shows the file name as text', () => {
    assert.match(html, /<title>&#60;img/);
    assert.doesNotMatch(html, /<img/);
  });
});
