import type { Loss } from '../model/call.ts';
import { hasActing } from '../model/printable.ts';
import { LISTS, type ListMethod } from '../protocol/methods.ts';
import { exposedName, type NameTable } from '../protocol/names.ts';
import { fold } from '../wire/keys.ts';
import { Payload } from '../wire/payload.ts';
import { children } from '../wire/walk.ts';
import type { Backend } from './backend.ts';
import type { ListKind } from './changes.ts';
import type { Engine } from './engine.ts';
import { ownMeta } from './handshake.ts';
import type { Session } from './session.ts';

/** What routing must know of a tool. */
export interface ToolFacts {
  /** Argument names its schema declares, folded, each with its exact spelling. */
  readonly declared: ReadonlyMap<string, string>;
  readonly structured: boolean;
}

/** Lists a gateway looks into by itself are read anew at most this often. */
const RELIST_MS = 5000;
/** A server that never stops giving cursors is cut off here. */
const MOST_PAGES = 100;
const MOST_ITEMS = 2000;
const MOST_BYTES = 4 * 1024 * 1024;
type Loaded = (loss: Loss | undefined) => void;

const NO_FACTS: ToolFacts = { declared: new Map(), structured: false };

/** What one backend offers, as far as it has been listed. Only names that were listed can be used. */
export class Catalog {
  readonly #backend: Backend;
  readonly #engine: Engine;
  #tools = new Map<string, ToolFacts>();
  #prompts = new Set<string>();
  readonly #loadedAt = new Map<'tools' | 'prompts', number>();
  readonly #loading = new Map<'tools' | 'prompts', Loaded[]>();

  constructor(backend: Backend, engine: Engine) {
    this.#backend = backend;
    this.#engine = engine;
  }

  tool(name: string): ToolFacts {
    return this.#tools.get(name) ?? NO_FACTS;
  }

  /** The tools it listed, under its own names. */
  get toolNames(): string[] {
    return [...this.#tools.keys()];
  }

  /** Notes the items of one page, each a JSON text; answers which of them may be shown. */
  noteTools(items: readonly Payload[], firstPage: boolean): boolean[] {
    const names = firstPage ? new Set<string>() : new Set(this.#tools.keys());
    if (firstPage) this.#tools = new Map();
    return items.map((item) => {
      const name = this.#usableName(item, names, this.#engine.toolNames);
      if (name === undefined || this.#tools.size >= MOST_ITEMS) return false;
      this.#tools.set(name, factsOf(item));
      return true;
    });
  }

  notePrompts(items: readonly Payload[], firstPage: boolean): boolean[] {
    const names = firstPage ? new Set<string>() : new Set(this.#prompts);
    if (firstPage) this.#prompts = new Set();
    return items.map((item) => {
      const name = this.#usableName(item, names, this.#engine.promptNames);
      if (name === undefined || this.#prompts.size >= MOST_ITEMS) return false;
      this.#prompts.add(name);
      return true;
    });
  }

  /** All pages have been seen, so what is not known does not exist. */
  complete(kind: 'tools' | 'prompts'): void {
    this.#loadedAt.set(kind, this.#engine.clock.monotonic());
    if (kind === 'tools') this.#engine.toolNames.retain(this.#backend.name, new Set(this.#tools.keys()));
    else this.#engine.promptNames.retain(this.#backend.name, this.#prompts);
  }

  /** The list has changed: what is known stays usable until it is listed again. */
  forget(kind: ListKind): void {
    if (kind !== 'resources') this.#loadedAt.delete(kind);
  }

  invalidate(): void {
    this.#loadedAt.clear();
  }

  /** Makes sure the list is known and not older than a few seconds; `then` is called whatever happens. */
  load(kind: 'tools' | 'prompts', session: Session, then: Loaded): void {
    const at = this.#loadedAt.get(kind);
    if (at !== undefined && this.#engine.clock.monotonic() - at < RELIST_MS) return then(undefined);
    const waiting = this.#loading.get(kind);
    if (waiting !== undefined) {
      waiting.push(then);
      return;
    }
    this.#loading.set(kind, [then]);
    this.#page(kind, session, undefined, 1, 0);
  }

  #page(kind: 'tools' | 'prompts', session: Session, cursor: string | undefined, page: number, bytes: number): void {
    const method: ListMethod = kind === 'tools' ? 'tools/list' : 'prompts/list';
    const rest = cursor === undefined ? {} : { cursor };
    const modern = this.#backend.config.era === 'modern';
    const params = modern
      ? ownMeta(this.#engine, rest)
      : cursor === undefined
        ? undefined
        : Payload.of(JSON.stringify(rest));
    const timeoutMs = this.#engine.config.listTimeoutMs;
    this.#backend.request({ id: this.#backend.nextId(), method, params, session, timeoutMs }, (answer) => {
      if (answer === 'cancelled') return this.#loaded(kind, undefined);
      if ('loss' in answer) return this.#loaded(kind, answer.loss);
      if (!answer.ok) return this.#known(kind);
      const reply = answer;
      const items = listItems(reply.body, LISTS[method]);
      if (kind === 'tools') this.noteTools(items, page === 1);
      else this.notePrompts(items, page === 1);
      const next = reply.body.string('nextCursor');
      const total = bytes + reply.body.size;
      if (next === undefined || page >= MOST_PAGES || total > MOST_BYTES) return this.#known(kind);
      this.#page(kind, session, next, page + 1, total);
    });
  }

  #known(kind: 'tools' | 'prompts'): void {
    this.complete(kind);
    this.#loaded(kind, undefined);
  }

  #loaded(kind: 'tools' | 'prompts', loss: Loss | undefined): void {
    const waiting = this.#loading.get(kind) ?? [];
    this.#loading.delete(kind);
    for (const then of waiting) then(loss);
  }

  /** A name that shows as itself, stands once, and is free in the table of exposed names. */
  #usableName(item: Payload, seen: Set<string>, table: NameTable): string | undefined {
    const name = stringMember(item, 'name');
    const why =
      name === undefined
        ? 'has no name'
        : hasActing(name)
          ? 'has characters that do not show'
          : seen.has(name)
            ? 'stands twice'
            : undefined;
    if (name === undefined || why !== undefined) return this.#leftOut(name ?? '', why ?? 'has no name');
    seen.add(name);
    const { prefix, maxLength } = this.#engine.config.names;
    if (table.add(exposedName(this.#backend.name, name, { prefix, maxLength }), this.#backend.name, name)) return name;
    return this.#leftOut(name, 'looks like another one once it is prefixed');
  }

  #leftOut(name: string, why: string): undefined {
    this.#engine.log.write('warn', 'item_left_out', { backend: this.#backend.name, name, why });
    return undefined;
  }
}

/** The elements of a list result. */
export function listItems(body: Payload, member: string): Payload[] {
  const span = body.span(member);
  if (span === undefined) return [];
  return children(body.bytes(), span.start).map(({ start, end }) => body.slice(start, end));
}

/** The string under `key`; a key that stands twice has none, because two readers could pick different ones. */
export function stringMember(item: Payload, key: string): string | undefined {
  const bytes = item.bytes();
  const [member, second] = children(bytes).filter((child) => child.key === key);
  if (member === undefined || second !== undefined || bytes[member.start] !== 0x22) return undefined;
  return JSON.parse(bytes.toString('utf8', member.start, member.end)) as string;
}

function factsOf(item: Payload): ToolFacts {
  const tool = item.json() as { inputSchema?: { properties?: object }; outputSchema?: unknown };
  const properties = Object.keys(tool.inputSchema?.properties ?? {});
  return {
    declared: new Map(properties.map((property) => [fold(property), property])),
    structured: tool.outputSchema !== undefined,
  };
}
