import { posix } from 'node:path';
import type { Call } from '../model/call.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { all, type Later, then } from '../model/later.ts';
import type { SqlDialect } from '../model/rules.ts';
import type { ArgumentKind } from '../model/tool-shape.ts';
import { shellParser } from '../parse/shell.ts';
import { SqlFault } from '../parse/sql/facts.ts';
import { sqlParser } from '../parse/sql/load.ts';
import { readBareHost, readUrl } from '../parse/url.ts';
import { judgedValues } from '../policy/judged-values.ts';
import type { PresetTool } from '../presets/preset.ts';
import { commandHead } from './command-head.ts';
import { isReadOneWay, NOT_OF_THE_CALL } from './digest.ts';

const KINDS: readonly ArgumentKind[] = ['paths', 'sql', 'commands', 'domains'];
/** What a call of a tool may be sent with beside what carries it: whatever else there is, nobody was told of in general. */
const SPOKEN_OF: ReadonlySet<string> = new Set([...NOT_OF_THE_CALL, 'name', 'arguments', 'task']);
const SWITCH = /=(?:true|false)$/;
/** Names of arguments beyond which a call is agreed to word for word. */
const MOST_NAMES = 200;
/** The same of single values. */
const MOST_LEAVES = 10_000;

/** What a call has in common with others like it; `exact` where it has nothing that could be said in general. */
export type Cover =
  | { readonly exact: true }
  | {
      /** Pointers to its arguments and all members in them, `*` for any element, and how its switches stand. */
      readonly keys: readonly string[];
      readonly parts: Readonly<Partial<Record<ArgumentKind, readonly string[]>>>;
    };

const EXACT: Cover = { exact: true };

/** What has to be known of a call beside itself to say what it has in common with others. */
export interface CoverGround {
  readonly preset: PresetTool | undefined;
  readonly dialect: SqlDialect | undefined;
  /** It sends what it is given to somebody: then what it is given counts as well. */
  readonly reachesOut: boolean;
  /** Folder of the backend, from which its relative paths are told. */
  readonly cwd: string;
  readonly home: string;
}

/**
 * Folders of its paths, heads of its commands, hosts of its URLs, kinds and tables of its SQL. Anything not understood without
 * doubt, and anything that would be as wide as the tool itself, leaves the exact call.
 */
export function coverOf(call: Call, ground: CoverGround): Later<Cover> {
  if (call.resource.type !== 'tool' || call.params?.keys().some((key) => !SPOKEN_OF.has(key)) === true) return EXACT;
  if (!isReadOneWay(call.params)) return EXACT;
  const judged = KINDS.map((kind) => [kind, judgedValues(call, kind, undefined, ground.preset)] as const);
  if (judged.some(([, { wrong }]) => wrong !== undefined)) return EXACT;
  const spoken = judged.filter(([, { values }]) => values.length > 0);
  if (spoken.length === 0) return EXACT;
  const { names, leaves } = partsOf(call.args?.json());
  if (names.size > MOST_NAMES || leaves.length > MOST_LEAVES) return EXACT;
  const keys = [...names];
  const told = new Set(spoken.flatMap(([, { values }]) => values.map(({ at }) => at)));
  if (ground.reachesOut && leaves.some((at) => !told.has(at))) return EXACT;
  const gists = spoken.map(([kind, { values }]) =>
    gistOf(
      kind,
      values.map(({ text }) => text),
      ground,
    ),
  );
  return then(all(gists), (found) => {
    if (found.some((gist) => gist === undefined)) return EXACT;
    const parts = Object.fromEntries(found.map((gist, index) => [spoken[index]![0], [...new Set(gist)].sort()]));
    return { keys, parts };
  });
}

/** Where everything stands in the arguments: what members are called, and each value that holds no others. */
function partsOf(args: unknown): { readonly names: ReadonlySet<string>; readonly leaves: readonly string[] } {
  const names = new Set<string>();
  const leaves: string[] = [];
  const walk = (value: unknown, keys: readonly string[], name: string) => {
    if (names.size > MOST_NAMES || leaves.length > MOST_LEAVES) return;
    if (typeof value === 'boolean') names.add(`${name}=${value}`);
    if (typeof value !== 'object' || value === null) return void leaves.push(pointerTo(keys));
    for (const [key, inner] of Object.entries(value)) {
      const at = Array.isArray(value) ? `${name}/*` : `${name}${pointerTo([key])}`;
      names.add(at);
      walk(inner, [...keys, key], at);
    }
  };
  if (args !== undefined) walk(args, [], '');
  return { names, leaves };
}

/** Whether a call, by what it has in common with others, is like the one agreed to. */
export function isLike(call: Cover, agreed: Cover): boolean {
  if ('exact' in call || 'exact' in agreed) return false;
  if (!call.keys.every((key) => agreed.keys.includes(key))) return false;
  // A switch such as `dry_run` makes another call of it, also by not being there.
  if (!agreed.keys.every((key) => !SWITCH.test(key) || call.keys.includes(key))) return false;
  const kinds = Object.keys(call.parts) as ArgumentKind[];
  if (kinds.length !== Object.keys(agreed.parts).length) return false;
  return kinds.every((kind) => {
    const wider = agreed.parts[kind];
    return wider !== undefined && call.parts[kind]!.every((part) => wider.some((one) => holds(kind, one, part)));
  });
}

/** What an agreement to calls like it would cover, in words; undefined where it covers the exact call alone. */
export function coverInWords(cover: Cover): string | undefined {
  if ('exact' in cover) return undefined;
  const said = (Object.entries(cover.parts) as [ArgumentKind, readonly string[]][]).map(
    ([kind, parts]) => `${WORDS[kind]} ${parts.join(', ')}`,
  );
  return said.join('; ');
}

const WORDS: Readonly<Record<ArgumentKind, string>> = {
  paths: 'anything in',
  sql: 'statements',
  commands: 'commands that begin with',
  domains: 'anything at',
};

function holds(kind: ArgumentKind, wider: string, narrower: string): boolean {
  return wider === narrower || (kind === 'paths' && narrower.startsWith(`${wider}/`));
}

function gistOf(
  kind: ArgumentKind,
  texts: readonly string[],
  ground: CoverGround,
): Later<readonly string[] | undefined> {
  if (kind === 'paths') return whole(texts.map((text) => folderOf(text, ground)));
  if (kind === 'domains') return whole(texts.map(originOf));
  if (kind === 'commands') {
    return then(shellParser(), (parser) => whole(texts.map((text) => commandHead(parser.parse(text)))));
  }
  return ground.dialect === undefined ? undefined : statementsIn(texts, ground.dialect);
}

/** The folder a path is in; undefined for one two programs could read differently, and for folders that hold everything. */
function folderOf(path: string, { cwd, home }: CoverGround): string | undefined {
  if (path === '' || /[\\%$`{}\x00-\x1f]|^\s|\s$|^[a-z][a-z0-9+.-]*:/i.test(path)) return undefined;
  // Where `..` leads depends on whether what stands before it is a link.
  if (path.split('/').includes('..')) return undefined;
  const isHome = path === '~' || path.startsWith('~/');
  if (path.startsWith('~') && !isHome) return undefined;
  const full = isHome ? posix.join(home, path.slice(1)) : posix.resolve(cwd, path);
  const folder = posix.dirname(full);
  // What is in there leads everywhere: `/proc/self/root` is one of its folders.
  if (/^\/proc(?:\/|$)/.test(folder)) return undefined;
  return folder === '/' || home === folder || home.startsWith(`${folder}/`) ? undefined : folder;
}

function originOf(text: string): string | undefined {
  const facts = readUrl(text) ?? readBareHost(text);
  if (facts?.host === undefined || facts.doubt !== undefined) return undefined;
  const scheme = facts.scheme === undefined ? '' : `${facts.scheme}://`;
  return `${scheme}${facts.host.host}${facts.port === undefined ? '' : `:${facts.port}`}`;
}

async function statementsIn(texts: readonly string[], dialect: SqlDialect): Promise<readonly string[] | undefined> {
  const parser = await sqlParser(dialect);
  const found: string[] = [];
  for (const text of texts) {
    try {
      const facts = await parser.read(text);
      for (const { kind, reads, writes, functions, opaque, destructive, filtered } of facts.statements) {
        if (opaque !== undefined || destructive || filtered === false) return undefined;
        const touched = [...reads, ...writes, ...functions].map((name) => name.join('.'));
        // A `SET` names nothing it touches, so that any other would be like it.
        if (touched.length === 0 && kind !== 'SELECT') return undefined;
        found.push(`${kind} ${[...new Set(touched)].sort().join(' ')}`.trim());
      }
    } catch (error) {
      if (error instanceof SqlFault) return undefined;
      throw error;
    }
  }
  // Of a text without a statement another server may find one.
  return found.length === 0 ? undefined : found;
}

function whole(gists: readonly (string | undefined)[]): readonly string[] | undefined {
  return gists.includes(undefined) ? undefined : (gists as readonly string[]);
}
