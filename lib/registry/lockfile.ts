import { asObject, type Json } from '../model/json.ts';
import type { LockedBackend, LockedItem, LockedLaunch, Lockfile } from '../model/registry.ts';
import type { EffectFlag, EffectKind } from '../model/rules.ts';
import { byCodeUnits, canonicalOf, hashOfCanonical } from './canonical.ts';
import { JsonFault, type Node, readJson } from './json-text.ts';
import { LockfileFault, placeIn } from './lockfile-fault.ts';
import { elementsOf, membersOf, objectOf, oneOf, ShapeFault, textOf } from './lockfile-shape.ts';
import { idIn } from './offered.ts';
import { byKindAndId, KINDS } from './order.ts';

export const NO_PINS: Lockfile = { version: 1, backends: {} };

const HASH = /^sha256:[0-9a-f]{64}$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const MARKS_OF_CONFLICT = /^(<{7} |={7}\r?$|>{7} |\|{7} )/m;
const EFFECTS: readonly EffectKind[] = ['read', 'write', 'destructive'];
const FLAGS: readonly EffectFlag[] = ['external', 'untrusted', 'private'];

/** What is pinned of one backend. */
export function pinsOf({ backends }: Lockfile, backend: string): LockedBackend | undefined {
  return Object.hasOwn(backends, backend) ? backends[backend] : undefined;
}

/** A fault of one item that is no matter of its shape. */
class ItemFault extends ShapeFault {
  readonly code: 'SP4006' | 'SP4007' | 'SP4008' | 'SP4009';

  constructor(code: ItemFault['code'], message: string, at: number) {
    super(message, at);
    this.code = code;
  }
}

/**
 * Reads a lockfile as `formatLockfile` writes it. Throws a {@link LockfileFault} for anything else: what is pinned is not
 * a matter of guessing. `file` is named in it.
 */
export function parseLockfile(text: string, file: string): Lockfile {
  const conflict = MARKS_OF_CONFLICT.exec(text);
  if (conflict !== null) {
    throw new LockfileFault('SP4003', 'the marks of a merge conflict stand in it', placeIn(file, text, conflict.index));
  }
  try {
    return lockfileOf(readJson(text));
  } catch (error) {
    if (error instanceof JsonFault) {
      const code = error.kind === 'duplicate' ? 'SP4004' : error.kind === 'number' ? 'SP4005' : 'SP4002';
      throw new LockfileFault(code, error.message, placeIn(file, text, error.offset));
    }
    if (error instanceof ShapeFault) {
      const code = error instanceof ItemFault ? error.code : 'SP4005';
      throw new LockfileFault(code, error.message, placeIn(file, text, error.at));
    }
    throw error;
  }
}

function lockfileOf(root: Node): Lockfile {
  const version = objectOf(root, 'the lockfile').get('version')?.value;
  if (version !== undefined && (version.kind !== 'number' || version.raw !== '1')) {
    throw new ItemFault('SP4006', 'its version is not 1', version.at);
  }
  const { backends } = membersOf(root, 'the lockfile', ['version', 'backends']);
  const sections = [...objectOf(backends!, 'backends')];
  inOrder(
    sections.map(([name, { at }]) => ({ name, at })),
    (a, b) => byCodeUnits(a.name, b.name),
    (a) => `the backend ${JSON.stringify(a.name)} stands before one that comes after it`,
  );
  return {
    version: 1,
    backends: Object.fromEntries(sections.map(([name, { value }]) => [name, backendOf(value, name)])),
  };
}

function backendOf(node: Node, name: string): LockedBackend {
  const found = membersOf(node, `the backend ${JSON.stringify(name)}`, ['launch', 'server', 'items', 'seal?']);
  const server = membersOf(found.server!, 'server', ['era', 'result']);
  const items = elementsOf(found.items!, 'items').map((item) => ({ ...itemOf(item), at: item.at }));
  inOrder(items, byKindAndId, ({ id }) => `the item ${JSON.stringify(id)} stands before one that comes after it`);
  return {
    launch: launchOf(found.launch!),
    server: { era: oneOf(server.era!, 'era', ['legacy', 'modern']), result: jsonOf(server.result!, 'result') },
    items: items.map(({ at, ...item }) => item),
    ...(found.seal && { seal: sealOf(found.seal) }),
  };
}

/** Throws for the first thing that is not after the one before it. */
function inOrder<T extends { readonly at: number }>(
  things: readonly T[],
  order: (a: T, b: T) => number,
  say: (thing: T) => string,
): void {
  for (const [i, thing] of things.entries()) {
    const before = i === 0 ? -1 : order(things[i - 1]!, thing);
    if (before === 0) throw new ItemFault('SP4008', 'an item stands twice', thing.at);
    if (before > 0) throw new ItemFault('SP4009', say(things[i - 1]!), thing.at);
  }
}

function launchOf(node: Node): LockedLaunch {
  const { fingerprint, package: pack } = membersOf(node, 'launch', ['fingerprint', 'package?']);
  const known = pack && membersOf(pack, 'package', ['name', 'version?', 'integrity?']);
  return {
    fingerprint: textOf(fingerprint!, 'fingerprint'),
    ...(known && {
      package: {
        name: textOf(known.name!, 'name'),
        ...(known.version && { version: textOf(known.version, 'version') }),
        ...(known.integrity && { integrity: textOf(known.integrity, 'integrity') }),
      },
    }),
  };
}

function itemOf(node: Node): LockedItem {
  const found = membersOf(node, 'an item', ['kind', 'id', 'hash', 'effect?', 'approved?', 'definition']);
  const id = textOf(found.id!, 'id');
  const hash = textOf(found.hash!, 'hash', HASH);
  objectOf(found.definition!, 'definition');
  const text = canonicalOf(found.definition!);
  if (hashOfCanonical(text) !== hash) {
    throw new ItemFault('SP4007', `the hash of ${JSON.stringify(id)} is not that of its definition`, found.hash!.at);
  }
  const kind = oneOf(found.kind!, 'kind', KINDS);
  const definition = JSON.parse(text) as Json;
  if (idIn(kind, definition) !== id) {
    throw new ItemFault('SP4007', `${JSON.stringify(id)} is not what its definition is called`, found.id!.at);
  }
  return {
    kind,
    id,
    hash,
    definition,
    text,
    ...(found.effect && { effect: effectOf(found.effect) }),
    ...(found.approved && { approved: approvalOf(found.approved) }),
  };
}

function effectOf(node: Node): NonNullable<LockedItem['effect']> {
  const { kind, flags } = membersOf(node, 'effect', ['kind', 'flags']);
  return {
    kind: oneOf(kind!, 'kind', EFFECTS),
    flags: elementsOf(flags!, 'flags').map((flag) => oneOf(flag, 'a flag', FLAGS)),
  };
}

function approvalOf(node: Node): NonNullable<LockedItem['approved']> {
  const { by, at } = membersOf(node, 'approved', ['by', 'at']);
  return { by: textOf(by!, 'by'), at: textOf(at!, 'at', DATE) };
}

function sealOf(node: Node): NonNullable<LockedBackend['seal']> {
  const { key, signature } = membersOf(node, 'seal', ['key', 'signature']);
  return { key: textOf(key!, 'key'), signature: textOf(signature!, 'signature') };
}

function jsonOf(node: Node, what: string): Json {
  const value = asObject(JSON.parse(canonicalOf(node)));
  if (value === undefined) throw new ShapeFault(`${what} is no object`, node.at);
  return value;
}
