import { escapeText } from '../../protocol';
import { DmaFailure } from '../connection/failures';
import { JsonFile } from './jsonFile';
import type { PinStore } from './model';

type Pins = Record<string, Record<string, string>>;

/** Accepted certificates in a file, such as pins.json in the home of the DMA. */
export interface FilePins extends PinStore {
  /** @returns how many were forgotten */
  forget(server: string): Promise<number>;
}

/** @throws DmaFailure from each method when the file cannot be read or written, or is no such file */
export function filePins(file: string): FilePins {
  const store = new JsonFile<Pins>(
    file,
    (value) => pinsIn(value, file),
    () => ({}),
  );
  return {
    find: async (server, address) => own(own(await store.read(), server) ?? {}, address),
    known: async (server) => Object.values(own(await store.read(), server) ?? {}),
    keep: (server, address, fingerprint) =>
      store.change((pins) => ({ ...pins, [server]: { ...own(pins, server), [address]: fingerprint } })),
    forget: async (server) => {
      const count = Object.keys(own(await store.read(), server) ?? {}).length;
      if (count > 0)
        await store.change((pins) => Object.fromEntries(Object.entries(pins).filter(([name]) => name !== server)));
      return count;
    },
  };
}

function pinsIn(value: unknown, file: string): Pins {
  const wrong = new DmaFailure(
    `${escapeText(file)} is no list of accepted certificates. Move it away, and certificates are asked for again.`,
  );
  if (!isObject(value)) throw wrong;
  for (const addresses of Object.values(value))
    if (!isObject(addresses) || Object.values(addresses).some((each) => !/^[0-9a-f]{64}$/.test(String(each))))
      throw wrong;
  return value as Pins;
}

/** A field of its own: a server may be called 'constructor'. */
function own<T>(fields: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
