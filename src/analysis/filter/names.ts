import { allMessages, errorDoc, errorName, messageName, type MessageType, type NdmpVersion } from '../../protocol';

/** Names of numbers, both ways. */
export interface NameTable {
  /** What the names name, for error texts: "error". */
  readonly what: string;
  /** The number a name stands for; several where versions disagree. */
  find(name: string): readonly number[];
  /** The name of a number as shown for a message of this version. */
  nameOf(value: number, version: NdmpVersion): string;
  /** Names to offer, with a line about each. */
  readonly known: () => readonly KnownName[];
}

export interface KnownName {
  name: string;
  detail: string;
}

const versions: readonly NdmpVersion[] = [4, 3, 2, 1];

/** A message as one version defines it. */
export interface VersionedMessage {
  message: MessageType;
  version: NdmpVersion;
}

let messages: readonly VersionedMessage[] | undefined;

/** Every message that a version defines, once for each such version. */
export function definedMessages(): readonly VersionedMessage[] {
  messages ??= versions.flatMap((version) =>
    allMessages(version)
      .filter((message) => message.versions.includes(version))
      .map((message) => ({ message, version })),
  );
  return messages;
}

let codesByName: Map<string, number[]> | undefined;

function messageCodes(): Map<string, number[]> {
  if (codesByName === undefined) {
    codesByName = new Map();
    for (const { message } of definedMessages()) {
      for (const name of [message.name, ...message.otherNames]) {
        const key = bareMessageName(name);
        const codes = codesByName.get(key) ?? [];
        if (!codes.includes(message.code)) {
          codesByName.set(key, [...codes, message.code]);
        }
      }
    }
  }
  return codesByName;
}

function bareMessageName(name: string): string {
  return name.toUpperCase().replace(/^NDMP_/, '');
}

/** Message names with or without the NDMP_ prefix, in any version's spelling; `NETAPP_0x20530001` for unknown codes. */
export const messageNames: NameTable = {
  what: 'message',
  find(name) {
    const unknownCode = /^(?:[A-Z_]+_)?0x([0-9a-f]{1,8})$/i.exec(name);
    return messageCodes().get(bareMessageName(name)) ?? (unknownCode === null ? [] : [parseInt(unknownCode[1], 16)]);
  },
  nameOf: (code, version) => messageName(code, version),
  known: () => {
    const details = new Map<string, string>();
    for (const { message } of definedMessages()) {
      const { name, doc } = message;
      details.set(bareMessageName(name), details.get(bareMessageName(name)) ?? doc);
    }
    return [...details].map(([name, detail]) => ({ name, detail }));
  },
};

const errorNumbers: readonly number[] = [
  ...Array.from({ length: 31 }, (_, i) => i),
  ...Array.from({ length: 8 }, (_, i) => 0x20500100 + i),
];

function bareErrorName(name: string): string {
  const upper = name.toUpperCase().replace(/^NDMP_/, '');
  return upper === 'NO_ERR' ? upper : upper.replace(/_ERR$/, '');
}

/** Error names, also as other programs spell them: `DEVICE_BUSY`, `DEVICE_BUSY_ERR`, `NDMP_DEVICE_BUSY_ERR`. */
export const errorNames: NameTable = {
  what: 'error',
  find: (name) => errorNumbers.filter((error) => errorName(error) === bareErrorName(name)),
  nameOf: (error) => errorName(error),
  known: () => errorNumbers.map((error) => ({ name: errorName(error), detail: `${error}: ${errorDoc(error) ?? ''}` })),
};

/** The two values of the header's message type, as Wireshark names them. */
export const typeNames: NameTable = {
  what: 'message type',
  find: (name) => ({ REQUEST: [0], REPLY: [1] })[name.toUpperCase()] ?? [],
  nameOf: (value) => ['Request', 'Reply'][value] ?? String(value),
  known: () => [
    { name: 'Request', detail: '0: a request or a post' },
    { name: 'Reply', detail: '1' },
  ],
};
