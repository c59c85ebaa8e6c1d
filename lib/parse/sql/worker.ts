import { parentPort } from 'node:worker_threads';
import type { SqlDialect } from '../../model/rules.ts';
import { SqlFault } from './facts.ts';
import { genericFacts, withoutLimit } from './generic-facts.ts';
import type { Answer, Question } from './generic-module.ts';
import { sqlparserBytes, sqlparserModule } from './wasm-bytes.ts';

/** The thread in which other dialects than PostgreSQL's are parsed; it ends when its memory may be unsound. */

/** What wasm-bindgen makes of the parser, as far as it is used. */
interface Module {
  initSync(from: { readonly module: Uint8Array<ArrayBuffer> }): void;
  /** Throws its reasons as plain strings. */
  parse_sql_to_json_string(dialect: string, text: string): string;
}

let loaded: Module | undefined;
void import(sqlparserModule()).then((module: Module) => {
  module.initSync({ module: sqlparserBytes() });
  loaded = module;
  parentPort?.postMessage({ ready: true } satisfies Answer);
});

parentPort?.on('message', (question: Question) => {
  const answer = answerTo(question);
  if (answer === undefined) process.exit(1);
  parentPort?.postMessage(answer);
});

function answerTo({ dialect, texts: [text, other] }: Question): Answer | undefined {
  try {
    const tree = parse(text, dialect);
    if (other !== undefined) return { same: withoutLimit(tree) === withoutLimit(parse(other, dialect)) };
    return { facts: genericFacts(tree, text, dialect) };
  } catch (error) {
    return error instanceof SqlFault ? { fault: error.message } : undefined;
  }
}

function parse(text: string, dialect: SqlDialect): unknown {
  try {
    return JSON.parse(loaded!.parse_sql_to_json_string(dialect, text));
  } catch (error) {
    // Anything but a string is a failure of the parser itself.
    if (typeof error === 'string') throw new SqlFault(error.replace(/^sql parser error: /, ''));
    throw error;
  }
}
