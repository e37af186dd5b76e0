import type { BodyValue, NdmpVersion } from '../../protocol';
import { ALL_ONES } from './fields';

/** An entry of the recovery list. */
export interface RecoverName {
  /** Path below the backup's root, starting with '/'; empty: everything. */
  original: string;
  /** Full path that it shall have on the server. */
  target: string;
  node: bigint | undefined;
  /** fh_info, for direct access; undefined: not known. */
  position: bigint | undefined;
}

/** The recovery list as a version writes it (protocol facts, section 9.3). */
export function recoverNames(names: readonly RecoverName[], version: NdmpVersion): BodyValue[] {
  return names.map((name) => ({ ...placed(name, version), fh_info: name.position ?? ALL_ONES }));
}

function placed({ original, target, node = ALL_ONES }: RecoverName, version: NdmpVersion): BodyValue {
  if (version === 2) return { name: original, dest: target, ssid: 0 };
  if (version === 4) return { original_path: original, destination_path: target, name: '', other_name: '', node };
  if (original !== '' && target.endsWith(original)) {
    const destination_dir = target.slice(0, target.length - original.length);
    return { original_path: original, destination_dir, new_name: '', other_name: '', node };
  }
  if (original === '') return { original_path: '', destination_dir: target, new_name: '', other_name: '', node };
  const cut = target.lastIndexOf('/');
  const [destination_dir, new_name] = [target.slice(0, cut), target.slice(cut + 1)];
  return { original_path: original, destination_dir, new_name, other_name: '', node };
}
