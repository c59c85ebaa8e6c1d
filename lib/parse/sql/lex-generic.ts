import type { SqlDialect } from '../../model/rules.ts';
import { MAX_SQL_BYTES, MAX_SQL_NESTING, SqlFault } from './facts.ts';

/**
 * The grammar for other dialects is not the server's own, so a text is refused wherever the two could disagree on what
 * is a string, a comment or a word. Gives the offset at which the last statement ends, before a final semicolon.
 */
export function lexGeneric(text: string, dialect: SqlDialect): { readonly end: number } {
  if (Buffer.byteLength(text) > MAX_SQL_BYTES) throw new SqlFault('it is too long');
  if (FORBIDDEN.test(text)) throw new SqlFault('it holds a character no text may hold');
  if (/\r(?!\n)/.test(text)) throw new SqlFault('a carriage return stands alone');
  const token = dialect === 'mysql' ? MYSQL_TOKEN : BRACKETS.has(dialect) ? BRACKET_TOKEN : PLAIN_TOKEN;
  let depth = 0;
  let end = 0;
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const found = match[0];
    const kind = found[0]!;
    if (isComment(found)) checkComment(found, dialect);
    else if (!/[ \t\n\r;]/.test(kind)) {
      end = token.lastIndex;
      if (found.length > 1) checkQuoted(found, dialect);
      else if (UNCLOSED.includes(kind) && (kind !== '[' || BRACKETS.has(dialect))) {
        throw new SqlFault('a quote is not closed');
      }
      if (kind === '$' && HIDES.test(text.slice(match.index, match.index + 80))) {
        throw new SqlFault('a dollar sign may begin a quote');
      }
      if (kind > '\x7f' && SPACE.test(kind)) throw new SqlFault('it holds a space that is none to every reader');
      if (kind === '(' && ++depth > MAX_SQL_NESTING) throw new SqlFault('it is nested too deep');
      if (kind === ')') depth--;
    }
  }
  return { end };
}

const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u;
const SPACE = /[\s\u0085\u180e\u200b-\u200f\u2028-\u202e\u2060\ufeff]/;
/** Where square brackets quote names. */
const BRACKETS: ReadonlySet<SqlDialect> = new Set(['mssql', 'sqlite']);
const UNCLOSED = `'"\`[`;
const HIDES = /^\$\w*\$|^\$[\w:]+\(/;
const QUOTES = `'(?:[^']|'')*'|"(?:[^"]|"")*"|\`(?:[^\`]|\`\`)*\``;
const COMMENTS = '/\\*[\\s\\S]*?\\*/|--[^\\n]*';
const REST = '\\w+|[\\s\\S]';
const PLAIN_TOKEN = new RegExp(
  `${QUOTES}|${COMMENTS}|#[^\\n]*(?=\\n|$)|${REST}`.replace('|#[^\\n]*(?=\\n|$)', ''),
  'gy',
);
const BRACKET_TOKEN = new RegExp(`${QUOTES}|\\[[^\\]]*\\]|${COMMENTS}|${REST}`, 'gy');
const MYSQL_TOKEN = new RegExp(`${QUOTES}|/\\*[\\s\\S]*?\\*/|--(?=\\s|$)[^\\n]*|#[^\\n]*|${REST}`, 'gy');

function isComment(found: string): boolean {
  return found.startsWith('/*') || found.startsWith('--') || (found[0] === '#' && found.length > 1);
}

function checkComment(found: string, dialect: SqlDialect): void {
  if (found.indexOf('/*', 2) !== -1) throw new SqlFault('comments that nest are read differently');
  if (/^\/\*M?!/i.test(found)) throw new SqlFault('a comment of this form is run by some servers');
  if (dialect === 'mysql' && found.startsWith('--') && found.length > 2 && !/[ \t\r\n]/.test(found[2]!)) {
    // The server knows only ASCII spaces here, and would run what stands behind another one.
    throw new SqlFault('a comment needs a space after its dashes');
  }
}

function checkQuoted(found: string, dialect: SqlDialect): void {
  const quote = found[0]!;
  if (!UNCLOSED.includes(quote)) return;
  if (/\\['"`\]]/.test(found)) throw new SqlFault('a backslash before a quote is read differently');
  if (dialect === 'mssql' && /\\\r?\n/.test(found)) throw new SqlFault('a backslash ends a line of a string');
  if (dialect === 'bigquery' && quote !== '`' && found.slice(1, -1).includes(quote)) {
    throw new SqlFault('quotes in a row are read differently');
  }
}
