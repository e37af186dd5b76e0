import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const NODE = 'node';
const VSCODE = 'vscode';

/** The folders of src, lowest first: each may import from itself and from what is named here, nothing else. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/xdr': [],
  'src/protocol': ['src/xdr'],
  'src/capture': ['src/xdr'],
  'src/capture/node': ['src/capture', NODE],
  'src/session': ['src/capture', 'src/protocol', 'src/xdr'],
  'src/analysis': ['src/session', 'src/protocol', 'src/xdr'],
  'src/drawing': ['src/analysis'],
  'src/logs': ['src/session', 'src/capture', 'src/protocol', 'src/xdr'],
  'src/export/node': ['src/export', 'src/protocol', NODE],
  'src/export': ['src/analysis', 'src/session', 'src/capture', 'src/protocol', 'src/xdr'],
  'src/background': ['src/analysis', 'src/logs', 'src/indexing', 'src/session', 'src/capture', 'src/protocol', NODE],
  'src/indexing': ['src/logs', 'src/session', 'src/capture', 'src/capture/node', 'src/protocol', NODE],
  'src/schema': ['src/protocol'],
  'src/transport': ['src/capture', 'src/protocol', 'src/xdr', NODE],
  'src/server': ['src/transport', 'src/protocol', 'src/xdr', 'package.json', NODE],
  'src/dma': [
    'src/analysis',
    'src/transport',
    'src/schema',
    'src/session',
    'src/capture',
    'src/protocol',
    'src/xdr',
    NODE,
  ],
  'src/tap': ['src/transport', 'src/schema', 'src/session', 'src/capture', 'src/protocol', 'src/xdr', NODE],
  'src/cli': [
    'src/tap',
    'src/dma',
    'src/server',
    'src/transport',
    'src/drawing',
    'src/export',
    'src/export/node',
    'src/logs',
    'src/analysis',
    'src/indexing',
    'src/session',
    'src/capture',
    'src/protocol',
    'package.json',
    NODE,
  ],
  'src/extension': [
    'src/tap',
    'src/transport',
    'src/dma',
    'src/server',
    'src/drawing',
    'src/export',
    'src/export/node',
    'src/logs',
    'src/background',
    'src/analysis',
    'src/indexing',
    'src/session',
    'src/capture',
    'src/protocol',
    NODE,
    VSCODE,
  ],
  webview: ['src/drawing'],
};
/** The one door between the webview and the extension host; it stands on nothing but types. */
const MESSAGES = 'src/extension/messages';
/** What views may know the types of: they get its plain data from the host. */
const TYPES_FOR_VIEWS: readonly string[] = ['src/analysis', 'src/protocol'];
/** npm packages, by the only folders that use them. */
const PACKAGES: Record<string, readonly string[]> = {
  chevrotain: ['src/analysis'],
  re2js: ['src/analysis'],
  commander: ['src/cli'],
  'pcap-parser': ['src/indexing', 'src/capture/node'],
  '@vscode/webview-ui-toolkit': ['webview'],
  'hyparquet-writer': ['src/export'],
  selfsigned: ['src/transport'],
  '@noble/hashes': ['src/export'],
  'node-sqlite3-wasm': ['src/dma'],
};

const folders = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
const folderOf = (path: string) => folders.find((folder) => path === folder || path.startsWith(`${folder}/`));

interface Import {
  specifier: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: node.importClause?.isTypeOnly ?? false });
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly });
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push({ specifier: argument.text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Why `file` may not import this, or undefined when it may. */
function objection(file: string, folder: string, { specifier, typeOnly }: Import): string | undefined {
  const allowed = MAY_IMPORT[folder];
  if (specifier.startsWith('.')) {
    const target = relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
    if (folder === 'webview' && target === MESSAGES) return undefined;
    if ((file === `${MESSAGES}.ts` || (folder === 'src/drawing' && folderOf(target) !== folder)) && !typeOnly)
      return 'is for types only here';
    const targetFolder = folderOf(target) ?? target;
    if (folder === 'webview' && typeOnly && TYPES_FOR_VIEWS.includes(targetFolder)) return undefined;
    return targetFolder === folder || allowed.includes(targetFolder) ? undefined : `is not below ${folder}`;
  }
  if (specifier.startsWith('node:')) return allowed.includes(NODE) ? undefined : 'must not be needed here';
  if (specifier === VSCODE) return allowed.includes(VSCODE) ? undefined : 'must not be needed here';
  const name = Object.keys(PACKAGES).find((known) => specifier === known || specifier.startsWith(`${known}/`));
  if (!name) return 'is no known package: name it in this test, and say in ARCHITECTURE.md why it is there';
  return PACKAGES[name].includes(folder) ? undefined : `is only for ${PACKAGES[name].join(', ')}`;
}

describe('architecture: imports run one way', () => {
  const files = ['src', 'webview'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${top}/${name.replaceAll('\\', '/')}`),
  );

  it('every source file lies in a folder with a place in the order', () => {
    assert.deepEqual(
      files.filter((file) => !folderOf(file)),
      [],
    );
  });

  for (const folder of Object.keys(MAY_IMPORT)) {
    it(`${folder} imports only what it may`, () => {
      const wrong = files
        .filter((file) => folderOf(file) === folder)
        .flatMap((file) =>
          importsOf(file).flatMap((found) => {
            const why = objection(file, folder, found);
            return why ? [`${file}: ${found.specifier} ${why}`] : [];
          }),
        );
      assert.deepEqual(wrong, []);
    });
  }
});
