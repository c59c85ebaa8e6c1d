import { createHash } from 'node:crypto';
import type { SourceAllowance, SourceRule, SourceRules } from './source-rule.ts';

type Table = Record<string, unknown>;

/** A value that is itself a key somebody published: only its hash is kept, or every scanner would find it here. */
const PUBLISHED = /^AIza[\w-]{30,}$/;
/** Rules that look at names of files alone have nothing to say of a message. */
const OF_FILES = 'path';

/** The config of gitleaks (TOML) as rules of ours: what concerns files, lines and commits is left out. */
export function readGitleaks(toml: string, version: string): SourceRules {
  const { common, rules } = tablesOf(toml);
  const examples: string[] = [];
  const allowances = (tables: readonly Table[]) => tables.flatMap((table) => allowanceOf(table, examples));
  return {
    origin: 'https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml',
    version,
    rules: rules.flatMap(({ rule, allow }) => {
      if (rule.regex === undefined) return [];
      const entropy = rule.entropy === undefined ? {} : { entropy: Number(rule.entropy) };
      const group = rule.secretGroup === undefined ? {} : { group: Number(rule.secretGroup) };
      const allowed = allowances(allow);
      const found: SourceRule = {
        id: rule.id as string,
        regex: rule.regex as string,
        ...group,
        ...entropy,
        keywords: rule.keywords as string[],
        ...(allowed.length === 0 ? {} : { allow: allowed }),
      };
      return [found];
    }),
    allow: allowances([common]),
    examples,
  };
}

function allowanceOf(table: Table, examples: string[]): SourceAllowance[] {
  if (table.condition === 'AND' || table.regexTarget === 'line') return [];
  const all = (table.regexes as string[] | undefined) ?? [];
  const regexes = all.filter((regex) => !PUBLISHED.test(regex));
  for (const regex of all) if (PUBLISHED.test(regex)) examples.push(sha256(regex));
  const stopwords = (table.stopwords as string[] | undefined) ?? [];
  if (regexes.length === 0 && stopwords.length === 0) return [];
  return [
    {
      of: table.regexTarget === 'match' ? 'match' : 'secret',
      ...(regexes.length === 0 ? {} : { regexes }),
      ...(stopwords.length === 0 ? {} : { stopwords }),
    },
  ];
}

interface RuleTables {
  readonly rule: Table;
  readonly allow: Table[];
}

/** The part of TOML that file is written in: tables, and members that are texts, numbers or lists of texts. */
function tablesOf(toml: string): { common: Table; rules: RuleTables[] } {
  const common: Table = {};
  const rules: RuleTables[] = [];
  let table: Table = {};
  const member = /^(\w+) = ("(?:[^"\\]|\\.)*"|'''[\s\S]*?'''|[\d.]+|\[(?:[^\]"']|"(?:[^"\\]|\\.)*"|'''[\s\S]*?''')*\])/;
  for (let rest = toml; rest !== ''; ) {
    const head = /^\[+([\w.]+)\]+/.exec(rest);
    const found = head === null ? member.exec(rest) : null;
    if (head !== null) {
      if (head[1] === 'allowlist') table = common;
      else if (head[1] === 'rules') rules.push({ rule: (table = {}), allow: [] });
      else if (head[1] === 'rules.allowlists') rules.at(-1)!.allow.push((table = {}));
      else throw new Error(`a table that is not known: ${head[1]}`);
      rest = rest.slice(head[0].length);
    } else if (found !== null) {
      if (found[1] !== OF_FILES) table[found[1]!] = read(found[2]!);
      rest = rest.slice(found[0].length);
    } else {
      const line = rest.slice(0, rest.indexOf('\n') + 1 || rest.length);
      if (!/^\s*(?:#.*)?$/.test(line.trimEnd())) throw new Error(`a line that cannot be read: ${line}`);
      rest = rest.slice(line.length);
    }
  }
  return { common, rules };
}

function read(text: string): unknown {
  if (text.startsWith('[')) {
    return [...text.matchAll(/"(?:[^"\\]|\\.)*"|'''[\s\S]*?'''/g)].map(([one]) => read(one));
  }
  if (text.startsWith("'''")) return text.slice(3, -3);
  return JSON.parse(text);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
