import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'test-results/', 'bench-data/', '.vscode-test/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-control-regex': 'off', // escaping control characters is this project's business
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off', // node:assert's and mocha's own returns
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    // These also run in a browser worker. What they import is checked by test/architecture.test.ts.
    files: ['src/{xdr,protocol,capture,session,analysis,export}/**/*.ts'],
    ignores: ['src/capture/node/**', 'src/export/node/**'],
    rules: {
      'no-restricted-globals': ['error', 'Buffer', 'process', 'require', 'module', '__dirname', 'document', 'window'],
    },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: {
      globals: readonly(
        'process',
        'console',
        'fetch',
        'URL',
        'Buffer',
        'setTimeout',
        'clearTimeout',
        'TextDecoder',
        'navigator',
        'document',
        'window',
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: readonly('module', 'require', '__dirname') },
  },
  {
    // mocha's functions, and the page that playwright evaluates code in
    files: ['test/**/*.mjs'],
    languageOptions: {
      globals: readonly('describe', 'it', 'before', 'after', 'beforeEach', 'afterEach', 'getComputedStyle'),
    },
  },
  { files: ['*.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  prettier,
);
