import { escapeActing } from '../model/printable.ts';
import type { LockedBackend, LockedItem, Lockfile } from '../model/registry.ts';
import { byCodeUnits, canonical, canonicalOf } from './canonical.ts';
import { type Node, readJson } from './json-text.ts';
import { byKindAndId } from './order.ts';

const STEP = '  ';
/** A list of plain values stands on one line up to this many characters. */
const WIDEST = 100;

/**
 * A lockfile as it is written: the same text for the same pins, one member a line, so that a change shows in a review
 * where it is. Characters nobody sees are written as their escapes.
 */
export function formatLockfile({ version, backends }: Lockfile): string {
  const names = Object.keys(backends).sort(byCodeUnits);
  const sections = names.map((name) => `${STEP.repeat(2)}${quoted(name)}: ${sectionOf(backends[name]!)}`);
  const body = sections.length === 0 ? '{}' : `{\n${sections.join(',\n')}\n${STEP}}`;
  return `{\n${STEP}"version": ${version},\n${STEP}"backends": ${body}\n}\n`;
}

function sectionOf({ launch, server, items, seal }: LockedBackend): string {
  const sorted = [...items].sort(byKindAndId).map((item) => `${STEP.repeat(4)}${blockOf(item)}`);
  const list = sorted.length === 0 ? '[]' : `[\n${sorted.join(',\n')}\n${STEP.repeat(3)}]`;
  return object(
    [
      ['launch', value(launch, 3)],
      ['server', value(server, 3)],
      ['items', list],
      ...(seal === undefined ? [] : [['seal', value(seal, 3)] as const]),
    ],
    2,
  );
}

/** What people decide comes first, the definition last, because it is long. */
function blockOf({ kind, id, hash, effect, approved, text }: LockedItem): string {
  const said = { kind, id, effect, approved, hash };
  const members = Object.entries(said).filter(([, said]) => said !== undefined);
  return object(
    [...members.map(([key, said]) => [key, value(said, 5)] as const), ['definition', pretty(readJson(text), 5)]],
    4,
  );
}

function value(json: unknown, depth: number): string {
  return pretty(readJson(canonical(json)), depth);
}

/** A value that begins on a line `depth` steps from the margin. */
function pretty(node: Node, depth: number): string {
  if (node.kind === 'object') {
    const keys = [...node.members.keys()].sort(byCodeUnits);
    return object(
      keys.map((key) => [key, pretty(node.members.get(key)!.value, depth + 1)]),
      depth,
    );
  }
  if (node.kind === 'array') {
    if (node.elements.length === 0) return '[]';
    if (node.elements.every(({ kind }) => kind !== 'object' && kind !== 'array')) {
      const line = `[${node.elements.map((element) => pretty(element, depth)).join(', ')}]`;
      if (line.length <= WIDEST) return line;
    }
    const lines = node.elements.map((element) => `${STEP.repeat(depth + 1)}${pretty(element, depth + 1)}`);
    return `[\n${lines.join(',\n')}\n${STEP.repeat(depth)}]`;
  }
  return node.kind === 'string' ? quoted(node.value) : canonicalOf(node);
}

function object(members: readonly (readonly [string, string])[], depth: number): string {
  if (members.length === 0) return '{}';
  const lines = members.map(([key, text]) => `${STEP.repeat(depth + 1)}${quoted(key)}: ${text}`);
  return `{\n${lines.join(',\n')}\n${STEP.repeat(depth)}}`;
}

function quoted(text: string): string {
  return escapeActing(JSON.stringify(text));
}
