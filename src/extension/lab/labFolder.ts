import { LabFolder, usualFolder } from '../../server/lab/folder';
import { setting } from '../settings';

/** The lab's folder as the settings have it. */
export function labFolder(): LabFolder {
  const set = setting('lab.folder').trim();
  return new LabFolder(set === '' ? usualFolder() : set);
}
