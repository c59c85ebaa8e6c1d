import type { Loss } from '../../model/call.ts';
import { asObject } from '../../model/json.ts';
import { hasActing } from '../../model/printable.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import { schemaDefect } from '../../parse/json-schema.ts';
import { LISTS, type ListMethod } from '../../protocol/methods.ts';
import { exposedName, type NameEntry, NameTable } from '../../protocol/names.ts';
import { paramHeadersOf } from '../../protocol/param-headers.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { fold } from '../../wire/keys.ts';
import { Payload } from '../../wire/payload.ts';
import type { NamedKind, ToolFacts } from '../facts.ts';
import { MOST_BYTES, MOST_PAGES } from '../lists/caps.ts';
import { listItems, stringMember } from '../lists/list-items.ts';
import type { Backend, Catalog, Engine, Session } from '../ports.ts';
import { Listing } from './listing.ts';

/** Lists a gateway looks into by itself are read anew at most this often. */
const RELIST_MS = 5000;
/** Items of one page that are left out and told of one by one; the rest is counted. */
const MOST_TOLD = 50;
type Loaded = (loss: Loss | undefined) => void;

const NO_FACTS: ToolFacts = {
  shape: { schema: {}, annotations: {}, defect: undefined },
  declared: new Map(),
  structured: false,
  tasks: 'forbidden',
  paramHeaders: [],
};

/** What one backend offers, as far as it has been listed. Only names that were listed can be used. */
export class BackendCatalog implements Catalog {
  readonly #backend: Backend;
  readonly #engine: Engine;
  readonly #tools = new Listing<ToolFacts>();
  readonly #prompts = new Listing<undefined>();
  readonly #toolTable: NameTable;
  readonly #promptTable: NameTable;
  readonly #loadedAt = new Map<NamedKind, number>();
  readonly #loading = new Map<NamedKind, Set<Loaded>>();
  /** Tools whose schema cannot be judged by, each told of once. */
  readonly #defects = new Set<string>();

  constructor(backend: Backend, engine: Engine) {
    this.#backend = backend;
    this.#engine = engine;
    this.#toolTable = new NameTable(backend.name, 'tool');
    this.#promptTable = new NameTable(backend.name, 'prompt');
  }

  named(kind: NamedKind, exposed: string): NameEntry | undefined {
    return this.#of(kind).table.find(exposed);
  }

  tool(name: string): ToolFacts {
    return this.#tools.get(name) ?? NO_FACTS;
  }

  /** The tools it listed, under its own names. */
  get toolNames(): string[] {
    return [...this.#tools.names()];
  }

  /** Notes the items of page number `page`, each a JSON text; answers which of them may be shown. */
  note(kind: NamedKind, items: readonly Payload[], page: number): boolean[] {
    const { listing, table } = this.#of(kind);
    const here = new Set<string>();
    let leftOut = 0;
    const leaveOut = (name: string | undefined, why: string) => {
      if (++leftOut <= MOST_TOLD) this.#tell({ name: name ?? '', why });
      return false;
    };
    if (listing.begin(page)) table.retain(listing.names());
    const usable = items.map((item) => {
      const name = stringMember(item, 'name');
      const why =
        unusable(name) ??
        (here.has(name!) || listing.isSurplus(name!, page) ? 'stands twice or is one too many' : undefined);
      if (why !== undefined) return leaveOut(name, why);
      const facts = kind === 'tools' ? factsOf(item) : undefined;
      // Only where calls have headers does it matter that these cannot be sent (2026-07-28, Custom Headers).
      if (facts?.problem !== undefined && this.#backend.config.remote !== undefined)
        return leaveOut(name, facts.problem);
      if (!this.#expose(name!, table)) return leaveOut(name, 'looks like another one once it is prefixed');
      if (facts?.shape.defect !== undefined) this.#quarantine(name!, facts.shape.defect);
      here.add(name!);
      listing.note(name!, page, facts);
      return true;
    });
    if (leftOut > MOST_TOLD) this.#tell({ more: leftOut - MOST_TOLD });
    return usable;
  }

  /** Page number `last` was the last one, so what is not known does not exist. */
  complete(kind: NamedKind, last: number): void {
    const { listing, table } = this.#of(kind);
    if (!listing.complete(last)) return;
    this.#loadedAt.set(kind, this.#engine.clock.monotonic());
    table.retain(listing.names());
  }

  /** The list is out of date: whoever needs it next asks for it. */
  invalidate(): void {
    this.#loadedAt.clear();
  }

  /**
   * Makes sure the list is known and not older than a few seconds; `then` is called whatever happens, unless whoever
   * waits calls what this answers. News of a change hurry nothing: clients list again when they hear of it, and a
   * server could send them all the time.
   */
  load(kind: NamedKind, session: Session, then: Loaded): () => void {
    const at = this.#loadedAt.get(kind);
    if (at !== undefined && this.#engine.clock.monotonic() - at < RELIST_MS) {
      then(undefined);
      return () => {};
    }
    const waiting = this.#loading.get(kind) ?? new Set();
    waiting.add(then);
    if (!this.#loading.has(kind)) {
      this.#loading.set(kind, waiting);
      this.#page(kind, session, undefined, 1, 0);
    }
    return () => waiting.delete(then);
  }

  #page(kind: NamedKind, session: Session, cursor: string | undefined, page: number, bytes: number): void {
    const method: ListMethod = kind === 'tools' ? 'tools/list' : 'prompts/list';
    const params = cursor === undefined ? undefined : Payload.of(JSON.stringify({ cursor }));
    const timeoutMs = this.#engine.config.listTimeoutMs;
    this.#backend.request({ id: this.#backend.nextId(), method, params, session, timeoutMs }, (answer) => {
      if (answer === 'cancelled') return this.#loaded(kind, undefined);
      if ('loss' in answer) return this.#loaded(kind, answer.loss);
      const { ok, body } = answer;
      if (!ok || (this.#backend.era === 'modern' && resultTypeOf(body) !== 'complete')) return this.#refused(kind);
      this.note(kind, listItems(body, LISTS[method]), page);
      const next = body.string('nextCursor');
      const total = bytes + body.size;
      if (next === undefined || page >= MOST_PAGES || total > MOST_BYTES) return this.#known(kind, page);
      this.#page(kind, session, next, page + 1, total);
    });
  }

  #of(kind: NamedKind): { readonly listing: Listing<ToolFacts | undefined>; readonly table: NameTable } {
    return kind === 'tools'
      ? { listing: this.#tools, table: this.#toolTable }
      : { listing: this.#prompts, table: this.#promptTable };
  }

  /** It does not list them, so what is known stays as it is for a while. */
  #refused(kind: NamedKind): void {
    this.#loadedAt.set(kind, this.#engine.clock.monotonic());
    this.#loaded(kind, undefined);
  }

  #known(kind: NamedKind, pages: number): void {
    this.complete(kind, pages);
    this.#loaded(kind, undefined);
  }

  #loaded(kind: NamedKind, loss: Loss | undefined): void {
    const waiting = [...(this.#loading.get(kind) ?? [])];
    this.#loading.delete(kind);
    for (const then of waiting) then(loss);
  }

  /** Whether the name is free in the table of exposed names, and taken there now. */
  #expose(name: string, table: NameTable): boolean {
    const { prefix, maxLength } = this.#engine.config.names;
    return table.add(exposedName(this.#backend.name, name, { prefix, maxLength }), name);
  }

  /** The tool stays in the list and is refused when it is called; the others work. */
  #quarantine(name: string, why: string): void {
    if (this.#defects.has(name) || this.#defects.size >= MOST_TOLD) return;
    this.#defects.add(name);
    this.#engine.log.write('warn', 'tool_quarantined', { backend: this.#backend.name, tool: name, why });
  }

  #tell(leftOut: Readonly<Record<string, unknown>>): void {
    this.#engine.log.write('warn', 'item_left_out', { backend: this.#backend.name, ...leftOut });
  }
}

/** Why a name cannot be used whatever else is listed. */
function unusable(name: string | undefined): string | undefined {
  if (name === undefined) return 'has no name';
  return hasActing(name) ? 'has characters that do not show' : undefined;
}

function factsOf(item: Payload): ToolFacts & { readonly problem?: string } {
  const tool = item.json() as {
    inputSchema?: { properties?: object };
    outputSchema?: unknown;
    annotations?: unknown;
    execution?: { taskSupport?: unknown };
  };
  const properties = Object.keys(tool.inputSchema?.properties ?? {});
  const headers = paramHeadersOf(tool.inputSchema);
  return {
    shape: shapeOf(tool),
    declared: new Map(properties.map((property) => [fold(property), property])),
    structured: tool.outputSchema !== undefined,
    tasks: taskSupportOf(tool.execution?.taskSupport),
    ...('problem' in headers ? { paramHeaders: [], problem: headers.problem } : { paramHeaders: headers }),
  };
}

function shapeOf({ inputSchema, annotations }: { inputSchema?: unknown; annotations?: unknown }): ToolShape {
  const schema = asObject(inputSchema) ?? {};
  return { schema, annotations: asObject(annotations) ?? {}, defect: schemaDefect(schema) };
}

function taskSupportOf(said: unknown): ToolFacts['tasks'] {
  return said === 'required' || said === 'optional' ? said : 'forbidden';
}
