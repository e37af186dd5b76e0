import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the npm packages among the input paths of a bundle. */
export function packagesOf(inputs) {
  const names = inputs.map((path) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path));
  return [...new Set(names.filter(Boolean).map(([folder]) => folder))].sort();
}

/** A package's licence file, else the part of its README under a heading "License", else what its package.json says. */
function licenceText(folder, { license, author }) {
  const entries = readdirSync(folder);
  const file = entries.find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  const readme = entries.find((entry) => /^readme/i.test(entry));
  const section = readme && /^#+ *licen[cs]e *\n(.*)/ims.exec(readFileSync(join(folder, readme), 'utf8'));
  if (section) return section[1].trim();
  if (!license) throw new Error(`${folder} has no licence`);
  return `${author?.name ?? author ?? 'Its authors'} license this package under ${license}; it ships without the text.`;
}

/** The licence texts of the packages that `inputs` (paths relative to `root`) come from. */
export function thirdPartyNotices(root, inputs) {
  const notices = packagesOf(inputs).map((folder) => {
    const description = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const { name, version, license } = description;
    return `${name} ${version} (${license})\n\n${licenceText(join(root, folder), description)}\n`;
  });
  return `NDMP Workbench contains code from these packages.\n\n${notices.join(`\n${'-'.repeat(78)}\n\n`)}`;
}
