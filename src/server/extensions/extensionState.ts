import { ErrorCode } from '../../protocol';
import { RequestFailure, refuse } from '../failure';
import type { ExtensionClass } from '../system';

export interface SelectedExtension {
  classId: number;
  version: number;
}

/** The agreement on extensions of one connection (NDMPv4 draft, section 3.2.9): asked for once, selected once. */
export class ExtensionState {
  private isAsked = false;
  private selected: readonly SelectedExtension[] | undefined;
  private isUsed = false;

  /** The client asks which there are; throws when the agreement is over. */
  ask(): void {
    this.checkOpen();
    this.isAsked = true;
  }

  /** The client selects; throws and leaves everything as it was when it may not. */
  select(wanted: readonly SelectedExtension[], offered: readonly ExtensionClass[]): void {
    this.checkOpen();
    if (!this.isAsked) refuse('PRECONDITION', 'the extensions have to be asked for first (CONFIG_GET_EXT_LIST)');
    const classes = new Set(wanted.map(({ classId }) => classId));
    if (classes.size < wanted.length) refuse('EXT_DUPL_CLASSES', 'a class was selected twice');
    for (const { classId, version } of wanted) {
      const found = offered.find((each) => each.classId === classId);
      if (!found) refuse('CLASS_NOT_SUPPORTED', `class 0x${classId.toString(16)} is not offered`);
      if (!found.versions.includes(version))
        refuse('VERSION_NOT_SUPPORTED', `class 0x${classId.toString(16)} has no version ${version}`);
    }
    this.selected = wanted;
  }

  has(classId: number): boolean {
    return this.selected?.some((each) => each.classId === classId) ?? false;
  }

  /** A message of an extension: only of a selected one, and it ends the agreement. */
  use(classId: number): void {
    if (!this.has(classId))
      throw new RequestFailure(
        ErrorCode.NOT_SUPPORTED,
        `class 0x${classId.toString(16)} was not selected (CONFIG_SET_EXT_LIST)`,
        true,
      );
    this.isUsed = true;
  }

  private checkOpen(): void {
    if (this.selected || this.isUsed) refuse('EXT_DANDN_ILLEGAL', 'the extensions are agreed on already');
  }
}
