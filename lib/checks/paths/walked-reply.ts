import type { Edit } from '../../model/decision.ts';
import { asObject, type Json } from '../../model/json.ts';
import type { Payload } from '../../wire/payload.ts';
import { replaceAt } from '../../wire/replace.ts';

/** Whether what a reply names in a folder is kept from the caller. */
export type Withheld = (path: string) => boolean;

/** Texts of a reply, with the keys that lead to them. */
interface Text {
  readonly keys: readonly string[];
  readonly text: string;
}

const MARK = /^\[(?:FILE|DIR)\] +/;
const DEEPEST = 100;

/**
 * The edits that take what is withheld out of the reply of a tool that goes through a folder: lines that name it,
 * entries of JSON that do, and, in a listing of lines, a mark that says how many. None when nothing is withheld.
 */
export function withoutWithheld(body: Payload, folder: string, withheld: Withheld): Edit | undefined {
  const changed: { readonly keys: readonly string[]; readonly json: string }[] = [];
  let gone = 0;
  for (const { keys, text } of textsOf(body)) {
    const filtered = filterText(text, folder, withheld);
    if (filtered.gone === 0) continue;
    gone += filtered.gone;
    changed.push({ keys, json: JSON.stringify(filtered.text) });
  }
  if (changed.length === 0) return undefined;
  return {
    name: `withhold ${gone}`,
    apply: (whole) => changed.reduce((edited, { keys, json }) => replaceAt(edited, keys, json), whole),
  };
}

function textsOf(body: Payload): Text[] {
  const found: Text[] = [];
  const whole = asObject(body.json()) ?? {};
  const content: readonly unknown[] = Array.isArray(whole.content) ? whole.content : [];
  for (const [index, block] of content.entries()) {
    const text = asObject(block)?.text;
    if (typeof text === 'string') found.push({ keys: ['content', String(index), 'text'], text });
  }
  for (const [key, text] of Object.entries(asObject(whole.structuredContent) ?? {})) {
    if (typeof text === 'string') found.push({ keys: ['structuredContent', key], text });
  }
  return found;
}

function filterText(
  text: string,
  folder: string,
  withheld: Withheld,
): { readonly text: string; readonly gone: number } {
  const tree = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (tree !== undefined) {
    const counter = { gone: 0 };
    const kept = filterTree(tree, folder, withheld, counter, 0);
    return { text: counter.gone === 0 ? text : JSON.stringify(kept, null, 2), gone: counter.gone };
  }
  const lines = text.split('\n');
  const kept = lines.filter((line) => !namesIn(line).some((name) => withheld(inFolder(folder, name))));
  const gone = lines.length - kept.length;
  return gone === 0 ? { text, gone } : { text: [...kept, `[${gone} withheld by policy]`].join('\n'), gone };
}

/** A line may be a path, or begin with one: after a mark, before a colon as grep has it, before columns. */
function namesIn(line: string): string[] {
  const plain = line.trim().replace(MARK, '');
  if (plain === '') return [];
  const names = new Set([plain]);
  for (let at = plain.indexOf(':'); at > 0 && names.size < 8; at = plain.indexOf(':', at + 1))
    names.add(plain.slice(0, at));
  const column = plain.search(/ {2}|\t/);
  if (column > 0) names.add(plain.slice(0, column));
  return [...names];
}

function filterTree(
  value: unknown,
  folder: string,
  withheld: Withheld,
  counter: { gone: number },
  depth: number,
): unknown {
  if (depth > DEEPEST) throw new Error('the tree is too deep to be filtered');
  if (Array.isArray(value)) {
    return value
      .filter((entry) => {
        const names = typeof entry === 'string' ? [entry] : namesOf(asObject(entry));
        const hidden = names.some((name) => withheld(inFolder(folder, name)));
        if (hidden) counter.gone++;
        return !hidden;
      })
      .map((entry) => filterTree(entry, folder, withheld, counter, depth + 1));
  }
  const object = asObject(value);
  if (object === undefined) return value;
  const [name] = namesOf(object);
  const inner = name === undefined ? folder : inFolder(folder, name);
  return Object.fromEntries(
    Object.entries(object).map(([key, child]) => [key, filterTree(child, inner, withheld, counter, depth + 1)]),
  );
}

/** What an entry may be called: its path, its name, or its name in the folder its path says. */
function namesOf(entry: Json | undefined): string[] {
  if (entry === undefined) return [];
  const [path, ...names] = [entry.path, entry.name, entry.file].map((name) =>
    typeof name === 'string' ? name : undefined,
  );
  const joined = path === undefined ? [] : names.flatMap((name) => (name === undefined ? [] : [`${path}/${name}`]));
  return [path, ...names, ...joined].filter((name) => name !== undefined);
}

function inFolder(folder: string, name: string): string {
  const plain = name.replaceAll('\\', '/');
  return /^(?:\/|[A-Za-z]:\/)/.test(plain) ? plain : `${folder}/${plain}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
