import type { Readable } from 'node:stream';
import { MessageView } from '../../analysis/messageView';
import { CaptureError, openStream } from '../../indexing';
import type { CaptureSession } from '../../session/capture';
import type { TapCommandOptions } from '../commands/tap';
import { JsonlWriter } from '../output/jsonl';
import type { RowWriter } from '../output/rowWriter';
import { TableWriter } from '../output/table';
import { Output, type Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

/** Shows the messages of a capture that arrives as a stream, as they come; TLS in it by the key log. */
export async function showDecoded(
  io: Io,
  stream: Readable,
  { json, quiet, tlsKeylog }: Pick<TapCommandOptions, 'json' | 'quiet' | 'tlsKeylog'>,
): Promise<void> {
  const writer: RowWriter = json ? new JsonlWriter(undefined) : new TableWriter(styleFor(io), widthOf(io), undefined);
  const output = new Output(io.stdout, io.signal);
  let hasHead = false;
  const onRows = async (from: number, to: number, session: CaptureSession): Promise<void> => {
    if (quiet || to <= from) return;
    for (const line of hasHead ? [] : writer.head(session, undefined)) await output.line(line);
    hasHead = true;
    for (let row = from; row < to; row++) await output.line(writer.row(new MessageView(session, row)));
    await output.flush();
  };
  try {
    const session = await openStream(stream, { name: 'the capture', onRows, tlsKeyLog: tlsKeylog });
    session.close();
  } catch (problem) {
    // stopped before anything came
    if (!(problem instanceof CaptureError && io.signal.aborted)) throw problem;
  }
}
