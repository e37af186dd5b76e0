import type { MessageSource, MessageView } from '../../analysis/messageView';

/** Turns messages into lines of one output format. */
export interface RowWriter {
  /** Lines before the first message of a file. `title` names the file where several are read. */
  head(source: MessageSource, title: string | undefined): string[];
  /** The text of a message, without the newline at its end. */
  row(view: MessageView): string;
}
