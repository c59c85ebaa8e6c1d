import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { interpolate, UnsetVariable } from './interpolate.ts';
import type { KeyPath } from './key-path.ts';
import type { Problem } from './problems.ts';

/** A config file that has been read: its values and where each stands. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** An administrator put it there: nothing can loosen it. */
  readonly managed: boolean;
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
  const problems: Problem[] = [...document.errors, ...document.warnings].map((error) => ({
    code: 'SP1002',
    severity: 'error',
    message: error.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, ''),
    where: at(error.pos[0]),
  }));
  const secrets: string[] = [];
  if (problems.length === 0) {
    visit(document, {
      Scalar: (_key, node) => {
        if (typeof node.value !== 'string' || !node.value.includes('${')) return;
        try {
          const done = interpolate(node.value, variables);
          node.value = done.text;
          secrets.push(...done.secrets);
        } catch (error) {
          if (!(error instanceof UnsetVariable)) throw error;
          problems.push({
            code: 'SP1004',
            severity: 'error',
            message: error.message,
            where: at(node.range?.[0] ?? 0),
          });
        }
      },
    });
  }
  const value = problems.length === 0 ? document.toJS({ maxAliasCount: 50 }) : undefined;
  return {
    file,
    value,
    managed,
    secrets,
    problems,
    where: (path, key) => at(offsetOf(document.contents, path, key)),
  };
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
