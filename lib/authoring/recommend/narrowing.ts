import type { Call } from '../../model/call.ts';
import type { BackendConfig } from '../../model/config.ts';
import type { SqlDialect } from '../../model/rules.ts';
import type { ArgumentKind } from '../../model/tool-shape.ts';
import { readBareHost, readUrl } from '../../parse/url.ts';
import { judgedValues } from '../../policy/judged-values.ts';
import { callAsked } from '../asked.ts';
import type { Ground } from '../ground.ts';
import { isMark, type RecordedCall } from '../recorded.ts';
import { askedAgain } from '../replay.ts';
import type { Shapes } from '../shapes.ts';
import { commandEntries } from './commands.ts';
import { type Counted, folderEntries } from './folders.ts';
import type { Observed } from './observed.ts';
import { sqlEntries } from './statements.ts';
import { Remarked } from './yaml-text.ts';

/** The parts of a rule for one tool, with the evidence; `why` says what could not be narrowed. */
export interface Narrowing {
  readonly parts: Readonly<Partial<Record<ArgumentKind, object>>>;
  readonly why: readonly string[];
}

const KINDS: readonly ArgumentKind[] = ['paths', 'sql', 'commands', 'domains'];

/** What every argument of the tool was, as the narrowest rule that says it, but for the kinds in `wide`. */
export async function narrowed(
  observed: Observed,
  ground: Ground,
  shapes: Shapes,
  wide: ReadonlySet<ArgumentKind>,
): Promise<Narrowing> {
  if (observed.type !== 'tool') return { parts: {}, why: [] };
  const allowed = callsAgain(observed.allowed, ground, shapes);
  const asked = callsAgain(observed.asked, ground, shapes);
  if (typeof allowed === 'string' || typeof asked === 'string') {
    return { parts: {}, why: [`arguments are not narrowed: ${typeof allowed === 'string' ? allowed : String(asked)}`] };
  }
  const backend = ground.config.backends.find(({ name }) => name === observed.backend)!;
  const parts: Partial<Record<ArgumentKind, object>> = {};
  const why: string[] = [];
  for (const kind of KINDS) {
    const values = textsOf(allowed, kind, ground);
    const asking = textsOf(asked, kind, ground);
    if (values?.length === 0) continue;
    const known = !wide.has(kind) && values !== undefined && asking !== undefined;
    const part = known ? await partOf(kind, values, asking, { backend, ground }) : undefined;
    if (part === undefined) why.push(`${kind} are not narrowed`);
    else parts[kind] = part;
  }
  return { parts, why };
}

/** The calls as they can be asked again, or why that cannot be said of all of them. */
function callsAgain(calls: readonly RecordedCall[], { config }: Ground, shapes: Shapes): Call[] | string {
  const found: Call[] = [];
  for (const call of calls) {
    const whole = askedAgain(call, config, shapes);
    const asked = typeof whole === 'string' ? call.shown : whole;
    if (asked === undefined) return String(whole);
    found.push(callAsked(asked, config, call.principal, call.id));
  }
  return found;
}

/** Every text of this kind; undefined when something else stands where one must, or it was not captured. */
function textsOf(calls: readonly Call[], kind: ArgumentKind, { book }: Ground): string[] | undefined {
  const judged = calls.map((call) => judgedValues(call, kind, undefined, book.presetTool(call.resource)));
  const unclear = judged.some(({ wrong, values }) => wrong !== undefined || values.some(({ text }) => isMark(text)));
  if (unclear) return undefined;
  return judged.flatMap(({ values }) => [...new Map(values.map(({ at, text }) => [at, text])).values()]);
}

interface Around {
  readonly backend: BackendConfig;
  readonly ground: Ground;
}

/** One part of a rule; undefined when it cannot be said narrowly. */
async function partOf(
  kind: ArgumentKind,
  allowed: readonly string[],
  asked: readonly string[],
  { backend, ground }: Around,
): Promise<object | undefined> {
  if (kind === 'sql') return sqlPart(allowed, asked, ground.book.presetOf(backend.name)?.dialect);
  const entriesOf = async (texts: readonly string[]) => {
    if (kind === 'commands') return commandEntries(texts);
    if (kind === 'domains') return hostEntries(texts);
    const { projectDir: project, homeDir: home } = ground.config;
    return folderEntries(texts, { project, home, cwd: backend.cwd });
  };
  const allow = await entriesOf(allowed);
  const ask = asked.length === 0 ? [] : await entriesOf(asked);
  if (allow === undefined || ask === undefined) return undefined;
  // What is asked about stands in both lists, and the stricter one decides.
  const both = [...allow, ...ask.filter(({ entry }) => !allow.some((one) => one.entry === entry))];
  return { allow: remarked(both), ...(ask.length === 0 ? {} : { require_approval: remarked(ask) }) };
}

async function sqlPart(
  allowed: readonly string[],
  asked: readonly string[],
  dialect: SqlDialect | undefined,
): Promise<object | undefined> {
  const found = await sqlEntries([...allowed, ...asked], dialect);
  const ask = asked.length === 0 ? undefined : await sqlEntries(asked, dialect);
  if (found === undefined || (asked.length > 0 && ask === undefined)) return undefined;
  const { kinds, tables, readsOnly } = found;
  return {
    ...(readsOnly ? { read_only: true } : {}),
    allow: remarked(kinds),
    ...(tables === undefined ? {} : { allow_tables: remarked(tables) }),
    ...(ask === undefined ? {} : { require_approval: remarked(ask.kinds) }),
  };
}

function remarked(entries: readonly Counted[]): Remarked[] {
  return entries.map(({ entry, count }) => new Remarked(entry, count === 1 ? 'once' : `${count} times`));
}

function hostEntries(texts: readonly string[]): readonly Counted[] | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const host = (readUrl(text) ?? readBareHost(text))?.host?.host;
    if (host === undefined) return undefined;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return [...counts].map(([entry, count]) => ({ entry, count }));
}
