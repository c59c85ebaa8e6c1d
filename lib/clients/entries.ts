import { asObject, type Json } from '../model/json.ts';
import { type Known, putIn } from './variables.ts';

/** One server as a client's config has it. */
export interface ClientEntry {
  /** The client's own name for it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  /** Set for a server that is reached by HTTP; there is no command then. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Values that were put in from the environment. */
  readonly values: readonly string[];
  /** Why it cannot be started as it stands; undefined when it can. */
  readonly unusable: string | undefined;
}

/** The servers that stand in the parsed file `value` under each of the ways in `under`. */
export function entriesIn(value: unknown, under: readonly (readonly string[])[], known: Known): ClientEntry[] {
  return under.flatMap((way) => {
    const servers = way.reduce<unknown>((inner, key) => ownMember(inner, key), value);
    return Object.entries(asObject(servers) ?? {}).map(([name, entry]) => entryOf(name, asObject(entry) ?? {}, known));
  });
}

function ownMember(value: unknown, key: string): unknown {
  const object = asObject(value);
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

function entryOf(name: string, raw: Json, known: Known): ClientEntry {
  const values: string[] = [];
  const missing: string[] = [];
  const text = (value: unknown): string => {
    const found = putIn(String(value), known);
    values.push(...found.values);
    missing.push(...found.missing);
    return found.text;
  };
  const texts = (value: unknown) =>
    Object.fromEntries(Object.entries(asObject(value) ?? {}).map(([key, inner]) => [key, text(inner)]));
  // Older entries of one editor have the command and its arguments one level deeper.
  const launch = asObject(raw.command) ?? raw;
  const command = launch.command ?? launch.path;
  const url = raw.url ?? raw.serverUrl ?? raw.httpUrl;
  const list = Array.isArray(launch.args) ? launch.args : [];
  const entry = {
    name,
    command: typeof command === 'string' ? text(command) : '',
    args: list.map(text),
    env: texts(launch.env ?? raw.env),
    cwd: typeof raw.cwd === 'string' ? text(raw.cwd) : undefined,
    url: typeof url === 'string' ? text(url) : undefined,
    headers: texts(raw.headers),
  };
  return { ...entry, values, unusable: unusable(entry, raw, missing) };
}

function unusable(
  { command, url }: Pick<ClientEntry, 'command' | 'url'>,
  raw: Json,
  missing: readonly string[],
): string | undefined {
  if (raw.disabled === true || raw.enabled === false) return 'it is switched off there';
  if (command === '' && url === undefined) return 'it has neither a command nor a URL';
  const asked = missing.find((one) => one.startsWith('${input:'));
  if (asked !== undefined) return `${asked} is something only the client can ask for`;
  return missing.length === 0 ? undefined : `${[...new Set(missing)].join(', ')} has no value here`;
}
