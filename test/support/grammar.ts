import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import type { IGrammar } from 'vscode-textmate';

const ROOT = resolve(__dirname, '../..');

/** A piece of a line with the scopes that a theme colours it by, outermost first, without the grammar's own. */
export interface Token {
  text: string;
  scopes: string[];
}

/** Reads text as VS Code does: with its own engine and a grammar of `syntaxes/`. */
export class GrammarReader {
  private constructor(private readonly grammar: IGrammar) {}

  static async load(file: string): Promise<GrammarReader> {
    await loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
    const path = join(ROOT, 'syntaxes', file);
    const raw = parseRawGrammar(readFileSync(path, 'utf8'), path);
    const registry = new Registry({
      onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
      loadGrammar: () => Promise.resolve(raw),
    });
    const grammar = await registry.loadGrammar(raw.scopeName);
    if (!grammar) throw new Error(`${file} cannot be loaded`);
    return new GrammarReader(grammar);
  }

  /** The tokens of each line; spaces alone are left out. */
  lines(text: string): Token[][] {
    let stack = INITIAL;
    return text.split('\n').map((line) => {
      const result = this.grammar.tokenizeLine(line, stack, 2000);
      if (result.stoppedEarly) throw new Error(`too slow: ${line.slice(0, 80)}`);
      stack = result.ruleStack;
      return result.tokens
        .map(({ startIndex, endIndex, scopes }) => ({
          text: line.slice(startIndex, endIndex),
          scopes: scopes.slice(1),
        }))
        .filter((token) => token.text.trim() !== '');
    });
  }

  /** `text: innermost scope` of every token of one line that has a scope, without the language's suffix. */
  scopes(line: string): string[] {
    return this.lines(line)[0]
      .filter(({ scopes }) => scopes.length > 0)
      .map(({ text, scopes }) => `${text.trim()}: ${scopes.at(-1)!.replace(/\.[^.]*$/, '')}`);
  }
}
