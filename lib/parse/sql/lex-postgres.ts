import { MAX_SQL_NESTING, type SqlFacts, SqlFault } from './facts.ts';

/** NUL ends a text early, half a surrogate pair has no bytes. */
const FORBIDDEN = /\0|\p{Surrogate}/u;

const TOKEN =
  /--[^\n\r]*|\/\*|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|(?:[uU]&)?"(?:[^"]|"")*"|[uU]&'(?:[^']|'')*'|'(?:[^']|'')*'|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[()[\]]|[\s\S]/gy;

/**
 * Looks for what the grammar does not tell: strings without `E` that hold a backslash, and nesting. Follows
 * `scan.l` of PostgreSQL. What it cannot follow it refuses.
 */
export function lexPostgres(text: string): Pick<SqlFacts, 'backslash'> {
  if (FORBIDDEN.test(text)) throw new SqlFault('it holds a character no text may hold');
  let backslash: SqlFacts['backslash'] = 'none';
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    if (token === '/*') TOKEN.lastIndex = commentEnd(text, TOKEN.lastIndex);
    else if (token[0] === '$' && token.length > 1) {
      const end = text.indexOf(token, TOKEN.lastIndex);
      if (end === -1) throw new SqlFault('a quote is not closed');
      TOKEN.lastIndex = end + token.length;
    } else if (token === '(' || token === '[') {
      if (++depth > MAX_SQL_NESTING) throw new SqlFault('it is nested too deep');
    } else if (token === ')' || token === ']') depth--;
    else if (token[0] === "'" && token.includes('\\')) {
      if (endsElsewhere(token)) backslash = 'extent';
      else if (backslash === 'none') backslash = 'value';
    }
  }
  return { backslash };
}

/** Comments nest (`xc` in `scan.l`). */
function commentEnd(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 1;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  throw new SqlFault('a comment is not closed');
}

/** A quote after an odd number of backslashes does not end the string for a reader that takes them as escapes. */
function endsElsewhere(token: string): boolean {
  return /(?<!\\)(?:\\\\)*\\'/.test(token);
}
