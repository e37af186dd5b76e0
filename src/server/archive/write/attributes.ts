import type { RawName } from '../walk/rawName';
import type { Attribute } from './entryWriter';

/** Where extended attributes of the tree's objects come from. */
export interface AttributeSource {
  /** Attributes of the object at `path` (relative to the backup root); undefined: none. */
  of(path: RawName): readonly Attribute[] | undefined;
  close(): void;
}

/** For machines that cannot tell, and backups that do not want them. */
export const NO_ATTRIBUTES: AttributeSource = {
  of: () => undefined,
  close: () => undefined,
};
