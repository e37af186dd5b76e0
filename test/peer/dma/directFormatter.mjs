#!/usr/bin/env node
// What ndmjob's data agent runs for backup type tar (as wrap_tar on its PATH), with positions in the file history and
// recovery by them. Standard input or output is the stream, descriptor 3 takes messages of a line each: HF a file of the
// history, DR asks the mover for a part of the stream, in whole records, for its own mover sends nothing else.
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const BLOCK = 512;
const RECORD = 10_240;
const TYPES = { 0o040000: 'd', 0o100000: '-', 0o120000: 'l' };

const variables = new Map();
const names = [];
let operation = '';
for (const args = process.argv.slice(2); args.length > 0;) {
  const arg = args.shift() ?? '';
  if (/^-[cxt]$/.test(arg)) operation = arg;
  else if (arg === '-E') variables.set(...(args.shift() ?? '').split(/=(.*)/s, 2));
  else if (!arg.startsWith('-')) names.push({ original: arg, at: args.shift() ?? '', target: args.shift() ?? '' });
}
const root = variables.get('PREFIX') ?? variables.get('FILESYSTEM') ?? '/';

/** Strings of messages have other than plain characters as %xx. */
const escaped = (text) =>
  Buffer.from(text).reduce((all, byte) => {
    const isPlain = byte > 32 && byte < 127 && byte !== 37;
    return all + (isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  }, '');

const tell = (line) => writeSync(3, `${line}\n`);

function tar(args, stdio) {
  const run = spawnSync('tar', ['--file=-', `--directory=${root}`, ...args], { stdio, maxBuffer: 1 << 26 });
  if (run.status !== 0) process.exit(1);
  return run;
}

/** The archive is GNU tar's; it tells the block that each entry begins at. */
function backUp() {
  const options = ['--create', '--format=gnu', '--sort=name', '--verbose', '--block-number', '--quoting-style=literal'];
  const { stderr } = tar([...options, '.'], ['ignore', 1, 'pipe']);
  for (const [, block, name] of stderr.toString('latin1').matchAll(/^block (\d+): \.(.*?)\/?$/gm)) {
    const stat = lstatSync(join(root, Buffer.from(name, 'latin1').toString()), { throwIfNoEntry: false });
    if (!stat) continue;
    const { mode, nlink, size, uid, gid, atimeMs, mtimeMs, ctimeMs, ino } = stat;
    const [accessed, modified, changed] = [atimeMs, mtimeMs, ctimeMs].map((time) => Math.floor(time / 1000));
    const type = TYPES[mode & 0o170000] ?? 'o';
    const facts = `f${type} m${(mode & 0o7777).toString(8).padStart(4, '0')} l${nlink} s${size} u${uid} g${gid} ta${accessed} tm${modified} tc${changed} i${ino}`;
    tell(`HF ${escaped(name === '' ? '/' : name)} @${Number(block) * BLOCK} ${facts}`);
  }
}

/** Bytes of the stream, read in whole records. */
function range(offset, length) {
  const from = offset - (offset % RECORD);
  const to = Math.ceil((offset + length) / RECORD) * RECORD;
  tell(`DR ${from} ${to - from}`);
  const bytes = Buffer.alloc(to - from);
  for (let at = 0; at < bytes.length;) {
    const count = readSync(0, bytes, at, bytes.length - at, null);
    if (count === 0) process.exit(1);
    at += count;
  }
  return bytes.subarray(offset - from, offset - from + length);
}

/** Files and directories by their positions alone. */
function recoverDirectly() {
  for (const { at, target } of names) {
    const position = Number(at.slice(1));
    const header = range(position, BLOCK);
    const isDirectory = header[156] === 0x35;
    const size = parseInt(header.toString('latin1', 124, 136), 8);
    mkdirSync(isDirectory ? target : dirname(target), { recursive: true });
    if (!isDirectory) writeFileSync(target, size > 0 ? range(position + BLOCK, size) : '');
  }
}

if (operation === '-c') backUp();
else if (operation === '-x' && /^y/i.test(variables.get('DIRECT') ?? '')) recoverDirectly();
else process.exit(1);
