import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ndmp } from './harness';

const MANUAL = 'docs/manual';
const PAGES = readdirSync(MANUAL)
  .map((name) => join(MANUAL, name))
  .concat('README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'samples/README.md');

/** Text without its code, in which brackets are no links and # begins no heading. */
function prose(page: string): string {
  return readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
}

/** The anchors that headings get on code hosts. */
function anchors(page: string): Set<string> {
  const headings = [...prose(page).matchAll(/^#+ (.*)$/gm)];
  return new Set(
    headings.map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('the manual', () => {
  it('has links that lead somewhere', () => {
    for (const page of PAGES)
      for (const [link, path, anchor] of prose(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
        const target = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(target), `${page}: ${link}`);
        if (anchor !== undefined) assert.ok(anchors(target).has(anchor), `${page}: ${link}`);
      }
  });

  it('is listed page by page', () => {
    const list = readFileSync(join(MANUAL, 'README.md'), 'utf8');
    for (const name of readdirSync(MANUAL).filter((each) => each !== 'README.md'))
      assert.ok(list.includes(`](${name})`), name);
  });

  it('lists every sample', () => {
    const list = readFileSync('samples/README.md', 'utf8');
    for (const folder of ['samples', 'samples/what-wireshark-does-not-show'])
      for (const name of readdirSync(folder).filter((each) => each.includes('.pcap')))
        assert.ok(list.includes(`\`${name}\``), name);
  });

  it('has a section for every command with every option, in the order of ndmp --help', async () => {
    const { out } = await ndmp(['--help']);
    const commands = [...out.matchAll(/^ {2}([a-z]+) (?:\[options\] )?(?:[<[](?!command)| )/gm)].map(
      ([, name]) => name,
    );
    const sections = readFileSync(join(MANUAL, 'cli.md'), 'utf8').split(/^(?=## )/m);
    assert.deepEqual(
      sections.flatMap((section) => /^## `ndmp (.*)`\n/.exec(section)?.[1] ?? []),
      commands,
    );
    for (const command of commands) {
      const own = sections.find((section) => section.startsWith(`## \`ndmp ${command}\`\n`)) ?? '';
      const more = command === 'export' ? readFileSync(join(MANUAL, 'export.md'), 'utf8') : '';
      const help = (await ndmp([command, '--help'])).out;
      for (const [, option] of help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm))
        assert.ok(`${sections[0]}${own}${more}`.includes(option), `${command} ${option}`);
    }
  });
});
