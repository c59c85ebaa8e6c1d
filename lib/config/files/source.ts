import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Problem } from '../problems.ts';
import { BadReference, interpolate } from './interpolate.ts';
import type { KeyPath } from './key-path.ts';

/** Aliases may make a small file big; no config needs more than these. */
const MOST_ALIASES = 50;

/** A config file that has been read: its values and where each stands. */
export interface Source {
  readonly file: string;
  /** Undefined when the file is no YAML. A scalar whose variable is not set stands in it as it was written. */
  readonly value: unknown;
  /** An administrator put it there: nothing can loosen it. */
  readonly managed: boolean;
  /** It came with a project nobody has said to trust: it can only tighten. */
  readonly untrusted?: boolean;
  readonly secrets: readonly string[];
  readonly problems: readonly Problem[];
  /** `file:line:column` of the value at `path`, or of its nearest ancestor; of the key with `key` set. */
  where(path: KeyPath, key?: string): string;
}

/** Reads YAML text; faults are collected, never thrown. Only scalars are interpolated, after parsing. */
export function readSource(
  file: string,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  managed = false,
): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const fault = (message: string, offset: number): Problem => {
    const plain = message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
    return { code: 'SP1002', severity: 'error', message: plain, where: at(offset) };
  };
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => fault(message, pos[0]));
  const problems = firstOfEachLine(faults);
  const secrets: string[] = [];
  let value: unknown;
  if (problems.length === 0) {
    for (const { error, offset } of interpolateAll(document, variables, secrets)) {
      problems.push({ ...fault(error.message, offset), code: error.code, help: error.help });
    }
    try {
      value = document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (error) {
      problems.push(fault((error as Error).message, firstAlias(document)));
    }
  }
  return {
    file,
    value,
    managed,
    secrets,
    problems,
    where: (path, key) => at(offsetOf(document.contents, path, key)),
  };
}

/** The values of YAML text as they are written, variables and all; undefined when it is no YAML. */
export function readPlain(text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: MOST_ALIASES });
}

/** One slip makes the parser stumble over the rest of its line. */
function firstOfEachLine(faults: readonly Problem[]): Problem[] {
  const lines = new Set<string>();
  return faults.filter(({ where }) => {
    const line = where.replace(/:\d+$/, '');
    return !lines.has(line) && lines.add(line);
  });
}

/** Puts variables into values; keys are names and stay as they are written. */
function interpolateAll(
  document: Document,
  variables: Readonly<Record<string, string | undefined>>,
  secrets: string[],
): { readonly error: BadReference; readonly offset: number }[] {
  const faults: { error: BadReference; offset: number }[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      try {
        const done = interpolate(node.value, variables);
        node.value = done.text;
        secrets.push(...done.secrets);
      } catch (error) {
        if (!(error instanceof BadReference)) throw error;
        faults.push({ error, offset: node.range?.[0] ?? 0 });
      }
    },
  });
  return faults;
}

/** Where the first alias stands that leads nowhere, or the first of too many. */
function firstAlias(document: Document): number {
  let first: number | undefined;
  let lost: number | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      first ??= alias.range?.[0];
      if (alias.resolve(document) === undefined) lost ??= alias.range?.[0];
    },
  });
  return lost ?? first ?? 0;
}

/** Follows `path` as far as it goes. */
function offsetOf(root: Node | null, path: KeyPath, key: string | undefined): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const next: unknown = isMap(node) ? node.get(step, true) : isSeq(node) ? node.get(step, true) : undefined;
    if (!isNode(next)) break;
    node = next;
    offset = next.range?.[0] ?? offset;
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === key);
    return (isNode(pair?.key) ? pair.key.range?.[0] : undefined) ?? offset;
  }
  return offset;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
