import type { SqlDialect } from '../../model/rules.ts';
import { SqlFault, type SqlParser } from './facts.ts';
import { type Answer, GenericModule } from './generic-module.ts';
import { lexGeneric } from './lex-generic.ts';
import { barePragma } from './pragma.ts';

let shared: GenericModule | undefined;

/** The dialects sqlparser knows; all of them share one thread. */
export async function loadGeneric(dialect: SqlDialect): Promise<SqlParser> {
  shared ??= new GenericModule();
  const module = shared;
  module.warm();
  return {
    read: async (text) => {
      lexGeneric(text, dialect);
      const pragma = barePragma(text, dialect);
      if (pragma !== undefined) return { count: 1, statements: [pragma], limit: undefined, backslash: 'none' };
      const answer = await module.ask({ dialect, texts: [text] });
      return 'facts' in answer ? answer.facts : failed(answer);
    },
    sameButLimit: async (one, other) => {
      const answer = await module.ask({ dialect, texts: [one, other] });
      return 'same' in answer ? answer.same : failed(answer);
    },
  };
}

function failed(answer: Answer): never {
  const { fault = 'it could not be read' } = answer as { readonly fault?: string };
  throw new SqlFault(fault);
}
