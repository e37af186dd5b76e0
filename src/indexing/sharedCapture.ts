import { MemorySource } from '../capture/byteSource';
import { openSession } from '../logs';
import type { SourceState } from '../logs';
import type { NdmpVersion } from '../protocol';
import type { CaptureSession } from '../session/capture';
import { MessageIndex } from '../session/messageIndex';
import type { CaptureInfo, Connection, Damage } from '../session/messageIndex';
import { CaptureAndPlainText } from '../session/plainText';
import { DescriptorSource } from './fileSource';

/**
 * All that another thread of this process needs to read a capture as far as its index has come. Rows are not copied: chunks lie
 * in shared memory. The file is read by the descriptor it is open under, since an unpacked capture has no name any more.
 */
export interface SharedCapture {
  chunks: Uint32Array[];
  count: number;
  connections: Connection[];
  damage: Damage[];
  damageDropped: number;
  problems: ReadonlyMap<number, string[]>;
  marks: ReadonlyMap<number, string[]>;
  /** Versions that the user chose, by connection. */
  versions: [connection: number, version: NdmpVersion][];
  info: CaptureInfo;
  state: SourceState;
  /** Must stay open as long as the other thread reads. */
  descriptor: number;
  /** Of the file with what was decrypted, where there is one. */
  plainDescriptor: number | undefined;
}

/** What a capture hands to another thread. */
export function shareCapture(
  index: MessageIndex,
  info: CaptureInfo,
  state: SourceState,
  files: Pick<SharedCapture, 'descriptor' | 'plainDescriptor'>,
): SharedCapture {
  const { chunks, count, connections, damage, damageDropped, problemNotes, marks } = index;
  const versions = connections.flatMap(({ id }): SharedCapture['versions'] => {
    const version = index.userVersion(id);
    return version === undefined ? [] : [[id, version]];
  });
  return {
    chunks,
    count,
    connections,
    damage,
    damageDropped,
    problems: problemNotes.all,
    marks: marks.all,
    versions,
    info,
    state,
    ...files,
  };
}

/** The capture as the other thread sees it. Its rows must not be changed there. */
export function openShared(shared: SharedCapture): CaptureSession {
  const index = new MessageIndex();
  index.chunks.push(...shared.chunks);
  index.connections.push(...shared.connections);
  for (const damage of shared.damage) index.addDamage(damage);
  index.damageDropped = shared.damageDropped;
  index.problemNotes.replace(shared.problems);
  index.marks.replace(shared.marks);
  for (const [connection, version] of shared.versions) index.setUserVersion(connection, version);
  index.count = shared.count;
  const { plainDescriptor } = shared;
  const capture = new DescriptorSource(shared.descriptor);
  const plain =
    plainDescriptor === undefined ? new MemorySource(new Uint8Array(0)) : new DescriptorSource(plainDescriptor);
  return openSession(index, shared.info, new CaptureAndPlainText(capture, plain), shared.state);
}
