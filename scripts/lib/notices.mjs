import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the npm packages among the input paths of a bundle. */
export function packagesOf(inputs) {
  const names = inputs.map((path) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path));
  return [...new Set(names.filter(Boolean).map(([folder]) => folder))].sort();
}

/** A package's licence file, or the part of its README under a heading "License". Fails where there is neither. */
function licenceText(folder) {
  const entries = readdirSync(folder);
  const file = entries.find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  const readme = entries.find((entry) => /^readme/i.test(entry));
  const section = readme && /^#+ *licen[cs]e *\n(.*)/ims.exec(readFileSync(join(folder, readme), 'utf8'));
  if (!section) throw new Error(`${folder} has no licence text`);
  return section[1].trim();
}

/** The licence texts of the packages that `inputs` (paths relative to `root`) come from. */
export function thirdPartyNotices(root, inputs) {
  const notices = packagesOf(inputs).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(join(root, folder))}\n`;
  });
  return `NDMP Workbench contains code from these packages.\n\n${notices.join(`\n${'-'.repeat(78)}\n\n`)}`;
}
