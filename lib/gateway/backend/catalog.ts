import { asObject } from '../../model/json.ts';
import { LISTED_KINDS, type ListedKind, type Offered } from '../../model/offered.ts';
import { hasActing } from '../../model/printable.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import { schemaDefect } from '../../parse/json-schema.ts';
import { exposedName, type NameEntry, NameTable } from '../../protocol/names.ts';
import { paramHeadersOf } from '../../protocol/param-headers.ts';
import { fold } from '../../wire/keys.ts';
import type { Payload } from '../../wire/payload.ts';
import type { ListedPage, Loaded } from '../catalog-port.ts';
import type { ListKind, NamedKind, ToolFacts } from '../facts.ts';
import { stringMember } from '../lists/list-items.ts';
import type { Backend, Catalog, Engine, Session } from '../ports.ts';
import { ListReading } from './list-reading.ts';
import { Listing } from './listing.ts';
import { Offers } from './offers.ts';
import { kindsFor, StandingWatch } from './standing-watch.ts';

/** Items of one page that are left out and told of one by one; the rest is counted. */
const MOST_TOLD = 50;

const NAMED: Readonly<Partial<Record<ListedKind, NamedKind>>> = { tool: 'tools', prompt: 'prompts' };
const CHANGED: Readonly<Record<ListedKind, ListKind>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  template: 'resources',
};
const CHANGING: Readonly<Record<ListKind, readonly ListedKind[]>> = {
  tools: ['tool'],
  prompts: ['prompt'],
  resources: ['resource', 'template'],
};
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
  readonly #reading: ListReading;
  /** Undefined where what it offers is compared with nothing. */
  readonly #offers: Offers | undefined;
  readonly #watch: StandingWatch | undefined;
  /** Tools whose schema cannot be judged by, each told of once. */
  readonly #defects = new Set<string>();

  constructor(backend: Backend, engine: Engine) {
    this.#backend = backend;
    this.#engine = engine;
    this.#toolTable = new NameTable(backend.name, 'tool');
    this.#promptTable = new NameTable(backend.name, 'prompt');
    this.#reading = new ListReading(backend, engine, this);
    const pins = engine.registry.of(backend.name);
    const differs = (kind: ListedKind) => engine.changes.note(backend, CHANGED[kind]);
    this.#offers = pins && new Offers(pins, differs);
    this.#watch = this.#offers && new StandingWatch(backend.name, this.#offers, this.#reading, engine);
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

  /** Notes a page of a list; answers which of its items may be shown. */
  note(page: ListedPage): boolean[] {
    const { kind, number, isLast } = page;
    const fit = this.#offers?.note({ ...page, texts: page.sent.map((item) => item.text()) }, this.#backend.era!);
    const named = NAMED[kind];
    const usable = named === undefined ? page.items.map(() => true) : this.#noteNamed(named, page);
    if (isLast && named !== undefined) this.#complete(named, number, page.asked !== undefined);
    if (page.asked !== undefined) this.#learnRest();
    return fit === undefined ? usable : usable.map((yes, index) => yes && fit[index] === true);
  }

  /** What is offered under this id now, to be compared with what is pinned; undefined where nothing is compared. */
  offered(kind: ListedKind, id: string): Offered | undefined {
    return this.#offers?.get(kind, id);
  }

  moment(kind: ListedKind): number {
    return this.#offers?.moment(kind) ?? 0;
  }

  none(kind: ListedKind, asked: number): void {
    this.#offers?.none(kind, asked);
    this.#learnRest();
  }

  /** The lists are out of date: whoever needs one next asks for it. */
  invalidate(): void {
    this.#reading.forget();
    this.#watch?.restarted();
    this.outdate();
  }

  /** What was read must be compared anew: something else may be pinned now. */
  outdate(): void {
    for (const kind of LISTED_KINDS) this.#offers?.outdate(kind);
  }

  /** The server says that lists changed, so no call is judged by what it listed before. */
  announced(kind: ListKind): void {
    for (const one of CHANGING[kind]) this.#offers?.outdate(one);
  }

  /** News of a change hurry nothing here: clients list again when they hear of it. */
  load(kind: NamedKind, session: Session, then: Loaded): () => void {
    return this.#reading.load(kind === 'tools' ? 'tool' : 'prompt', session, then);
  }

  whenCurrent(kind: ListedKind, session: Session | undefined, then: Loaded): () => void {
    if (this.#watch !== undefined) return this.#watch.whenCurrent(kindsFor(kind), session, then);
    then(undefined);
    return () => {};
  }

  isCurrent(kind: ListedKind): boolean {
    return this.#offers === undefined || kindsFor(kind).every((one) => this.#offers!.isCurrent(one));
  }

  stands(judged: Offered): boolean {
    return this.#watch === undefined || this.#watch.stands(judged);
  }

  /** Notes the names of a page, and what must be known of tools. */
  #noteNamed(kind: NamedKind, { items, number }: ListedPage): boolean[] {
    const { listing, table } = this.#of(kind);
    const here = new Set<string>();
    let leftOut = 0;
    const leaveOut = (name: string | undefined, why: string) => {
      if (++leftOut <= MOST_TOLD) this.#tell({ name: name ?? '', why });
      return false;
    };
    if (listing.begin(number)) table.retain(listing.names());
    const usable = items.map((item) => {
      const name = stringMember(item, 'name');
      const why =
        unusable(name) ??
        (here.has(name!) || listing.isSurplus(name!, number) ? 'stands twice or is one too many' : undefined);
      if (why !== undefined) return leaveOut(name, why);
      const facts = kind === 'tools' ? factsOf(item, this.#offers?.get('tool', name!).hash) : undefined;
      // Only where calls have headers does it matter that these cannot be sent (2026-07-28, Custom Headers).
      if (facts?.problem !== undefined && this.#backend.config.remote !== undefined)
        return leaveOut(name, facts.problem);
      if (!this.#expose(name!, table)) return leaveOut(name, 'looks like another one once it is prefixed');
      if (facts?.shape.defect !== undefined) this.#quarantine(name!, facts.shape.defect);
      here.add(name!);
      listing.note(name!, number, facts);
      return true;
    });
    if (leftOut > MOST_TOLD) this.#tell({ more: leftOut - MOST_TOLD });
    return usable;
  }

  /** Page number `last` was the last one, so what is not known does not exist. */
  #complete(kind: NamedKind, last: number, isLive: boolean): void {
    const { listing, table } = this.#of(kind);
    if (!listing.complete(last)) return;
    if (isLive) this.#reading.loaded(kind === 'tools' ? 'tool' : 'prompt');
    table.retain(listing.names());
  }

  /** What is seen for the first time is pinned as a whole, so all of it is read. */
  #learnRest(): void {
    if (this.#offers === undefined) return;
    for (const kind of this.#engine.registry.of(this.#backend.name)?.unread ?? []) {
      this.#reading.read(kind, undefined, () => {});
    }
  }

  #of(kind: NamedKind): { readonly listing: Listing<ToolFacts | undefined>; readonly table: NameTable } {
    return kind === 'tools'
      ? { listing: this.#tools, table: this.#toolTable }
      : { listing: this.#prompts, table: this.#promptTable };
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

function factsOf(item: Payload, hash: string | undefined): ToolFacts & { readonly problem?: string } {
  const tool = item.json() as {
    inputSchema?: { properties?: object };
    outputSchema?: unknown;
    annotations?: unknown;
    execution?: { taskSupport?: unknown };
  };
  const properties = Object.keys(tool.inputSchema?.properties ?? {});
  const headers = paramHeadersOf(tool.inputSchema);
  return {
    shape: { ...shapeOf(tool, hash), definition: item.text() },
    declared: new Map(properties.map((property) => [fold(property), property])),
    structured: tool.outputSchema !== undefined,
    tasks: taskSupportOf(tool.execution?.taskSupport),
    ...('problem' in headers ? { paramHeaders: [], problem: headers.problem } : { paramHeaders: headers }),
  };
}

function shapeOf(
  { inputSchema, annotations }: { inputSchema?: unknown; annotations?: unknown },
  hash: string | undefined,
): ToolShape {
  const schema = asObject(inputSchema) ?? {};
  return { schema, annotations: asObject(annotations) ?? {}, defect: schemaDefect(schema), hash };
}

function taskSupportOf(said: unknown): ToolFacts['tasks'] {
  return said === 'required' || said === 'optional' ? said : 'forbidden';
}
