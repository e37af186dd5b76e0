import * as vscode from 'vscode';
import type { LabStatus } from '../../server/lab/status';
import { callLab } from '../../server/lab/control';
import { askText, pickOne } from '../commands/prompt';
import { labFolder } from '../lab/labFolder';
import type { Memory } from '../memory';
import { setting } from '../settings';
import { endpoint, isLoopback, network } from './addressTexts';
import type { StartTap } from './tapHost';
import { LED_CHOICES, TLS_CHOICES, TRUST_CHOICES } from './startChoices';

const TITLE = 'Start Tap';
const DEFAULT_PORT = 10000;

/** Asks what a tap needs; undefined when the user gave up. */
export async function askStartTap(memory: Memory): Promise<StartTap | undefined> {
  const target = await askTarget(memory);
  if (target === undefined) return undefined;
  const listen = await askListen(target);
  if (listen === undefined) return undefined;
  const tls = await pickOne(TLS_CHOICES, { title: `${TITLE} (3 of 4)`, placeHolder: 'Encryption' });
  if (!tls) return undefined;
  const trust = tls.asksTrust ? await askTrust() : [];
  if (!trust) return undefined;
  const led = await pickOne(LED_CHOICES, { title: `${TITLE} (4 of 4)`, placeHolder: 'What passes the tap' });
  if (!led) return undefined;
  await memory.keepTapTarget(target);
  return {
    target,
    listen: listen.address,
    isSecure: tls.isSecure,
    options: [...tls.options, ...trust, ...led.options, ...listen.options],
  };
}

async function askTarget(memory: Memory): Promise<string | undefined> {
  const known = [
    ...memory.tapTargets.map((label) => ({ label, description: 'used before' })),
    ...(await labAddresses()),
  ];
  const other = { label: 'Another server…', description: 'host:port' };
  const seen = new Set<string>();
  const items = known.filter(({ label }) => !seen.has(label) && seen.add(label));
  const options = {
    title: `${TITLE} (1 of 4)`,
    placeHolder: 'The server that clients are led on to',
    matchOnDescription: true,
  };
  const picked = items.length === 0 ? other : await pickOne([...items, other], options);
  if (picked !== other) return picked?.label;
  const text = await askText({
    title: `${TITLE} (1 of 4)`,
    prompt: 'The server that clients are led on to',
    placeHolder: `host, or host:port (${DEFAULT_PORT} without)`,
    ignoreFocusOut: true,
    validateInput: (value) =>
      endpoint(value, DEFAULT_PORT)
        ? undefined
        : 'A host name or address, and a port: filer1:10000, [2001:db8::1]:10000',
  });
  return text === undefined ? undefined : endpoint(text, DEFAULT_PORT)?.text;
}

/** Addresses of the lab, when it runs. */
async function labAddresses(): Promise<{ label: string; description: string }[]> {
  try {
    const reply = await callLab(labFolder().path, 'status', []);
    if ('refused' in reply) return [];
    const { lifs } = reply.data as unknown as LabStatus;
    return lifs.flatMap(({ name, type, addresses }) =>
      addresses.map((label) => ({ label, description: `the lab: ${type} LIF ${name}` })),
    );
  } catch {
    return [];
  }
}

async function askListen(target: string): Promise<{ address: string; options: string[] } | undefined> {
  const text = await askText({
    title: `${TITLE} (2 of 4)`,
    prompt: 'Where the tap listens: a port of this machine alone, or address:port',
    value: String(setting('tap.port')),
    ignoreFocusOut: true,
    validateInput: (value) => {
      const found = listenAt(value);
      if (!found) return 'A port from 0 to 65535 (0: a free one), or address:port';
      return found.text === target ? 'The tap cannot listen where the server does.' : undefined;
    },
  });
  const found = text === undefined ? undefined : listenAt(text);
  if (!found) return undefined;
  if (isLoopback(found.host)) return { address: found.text, options: [] };
  const allow = await askText({
    title: `${found.text} can be reached by other machines`,
    prompt: 'Who may connect beside this machine: a network such as 192.0.2.0/24, or nothing',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || network(value) ? undefined : 'A network such as 192.0.2.0/24, or an address',
  });
  if (allow === undefined) return undefined;
  return { address: found.text, options: allow.trim() === '' ? [] : ['--allow', allow.trim()] };
}

const listenAt = (text: string) => endpoint(/^\s*\d+\s*$/.test(text) ? `127.0.0.1:${text.trim()}` : text, undefined, 0);

async function askTrust(): Promise<readonly string[] | undefined> {
  const picked = await pickOne(TRUST_CHOICES, { title: `${TITLE} (3 of 4)`, placeHolder: "The server's certificate" });
  if (!picked?.asksFile) return picked?.options;
  const [file] =
    (await vscode.window.showOpenDialog({ title: 'Certificates of Authorities (PEM)', canSelectMany: false })) ?? [];
  return file && [...picked.options, file.fsPath];
}
