import type { Finding } from './finding.ts';
import { type Instructs, readsAsOrder } from './instructs.ts';
import { foldName, plainName } from './name-folding.ts';
import type { OfferedItem } from './offered.ts';
import { sentencesOf } from './sentences.ts';
import { oneApart } from './similar-names.ts';

/** What one backend offers. */
export interface OfferedBackend {
  readonly name: string;
  readonly items: readonly OfferedItem[];
}

interface Tool {
  readonly backend: string;
  readonly item: OfferedItem;
}

/** Findings that are told of; a server could make any number. */
const MOST_FINDINGS = 200;
/** What sends a model from one tool to another. */
const LEADS =
  /\b(?:use|using|call|calling|invoke|run|instead|before|after|prefer|avoid|replaces?|always|never|first)\b/i;
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_.:/-]*/gu;
/** How clients and gateways put the server's name before that of a tool. */
const PREFIX = /^.*(?:__|[/:])/;

/** What is wrong with the names in a fleet: tools that pass for one another, and definitions that speak of other servers' tools. */
export function nameFindings(fleet: readonly OfferedBackend[], instructs: Instructs = readsAsOrder): Finding[] {
  const tools = fleet.flatMap(({ name, items }) =>
    items.filter(({ kind }) => kind === 'tool').map((item): Tool => ({ backend: name, item })),
  );
  return [...sameNames(tools), ...lookAlikes(tools), ...nearNames(tools), ...mentions(fleet, tools, instructs)].slice(
    0,
    MOST_FINDINGS,
  );
}

/** One name on two servers: whoever is asked second may be meant (shadowing). */
function sameNames(tools: readonly Tool[]): Finding[] {
  return pairs(
    tools,
    ({ item }) => item.id,
    (a, b) => a.backend !== b.backend,
  ).map(([a, b]) => ({
    ...about(b),
    code: 'SP4101',
    severity: a.item.hash === b.item.hash ? 'low' : 'medium',
    what: `${a.backend} has a tool of the same name`,
    evidence: b.item.id,
    structural: false,
  }));
}

/** Names that differ in letters of another script, in case or in separators only. */
function lookAlikes(tools: readonly Tool[]): Finding[] {
  return pairs(
    tools,
    ({ item }) => foldName(item.id),
    (a, b) => a.item.id !== b.item.id,
  ).map(([a, b]) => ({
    ...about(b),
    code: 'SP4102',
    severity: plainName(a.item.id) === plainName(b.item.id) ? 'medium' : 'high',
    what: `its name looks like that of ${a.backend}/${a.item.id}`,
    evidence: b.item.id,
    structural: false,
  }));
}

function nearNames(tools: readonly Tool[]): Finding[] {
  const owners = new Map<string, Tool>();
  for (const tool of tools) if (!owners.has(tool.item.id)) owners.set(tool.item.id, tool);
  return oneApart([...owners.keys()]).flatMap(([one, other]) => {
    const [a, b] = [owners.get(one)!, owners.get(other)!];
    if (a.backend === b.backend || foldName(one) === foldName(other)) return [];
    const what = `its name is one letter from that of ${a.backend}/${one}`;
    return [
      { ...about(b), code: 'SP4102', severity: 'low', what, evidence: other, structural: false } satisfies Finding,
    ];
  });
}

/** A definition that sends the model to another server's tool, or away from it. */
function mentions(fleet: readonly OfferedBackend[], tools: readonly Tool[], instructs: Instructs): Finding[] {
  const owners = new Map<string, Set<string>>();
  for (const { backend, item } of tools) {
    if (!isDistinct(item.id)) continue;
    owners.set(item.id, (owners.get(item.id) ?? new Set()).add(backend));
  }
  return fleet.flatMap(({ name, items }) =>
    items.flatMap((item) => {
      for (const sentence of textsIn(item.definition).flatMap(sentencesOf)) {
        const other = namedIn(sentence, owners, name);
        if (other === undefined || !(LEADS.test(sentence) || instructs(sentence))) continue;
        const what = `it speaks of ${other}, a tool of another server`;
        const finding: Finding = {
          ...about({ backend: name, item }),
          code: 'SP4103',
          severity: 'high',
          what,
          evidence: sentence,
          structural: false,
        };
        return [finding];
      }
      return [];
    }),
  );
}

/** `backend/tool` of the first tool a sentence names that others have and `own` has not. */
function namedIn(sentence: string, owners: ReadonlyMap<string, ReadonlySet<string>>, own: string): string | undefined {
  for (const [word] of sentence.matchAll(WORD)) {
    const bare = word.replace(/[.:/-]+$/, '');
    for (const name of [bare, bare.replace(PREFIX, '')]) {
      const others = owners.get(name);
      if (others !== undefined && !others.has(own)) return `${[...others][0]}/${name}`;
    }
  }
  return undefined;
}

/** A name that is no plain word: `search` stands in many sentences. */
function isDistinct(name: string): boolean {
  return /[_\-.]|[a-z][A-Z]|\d/.test(name);
}

/** Pairs of tools one key leads to, each with the first one it fits. */
function pairs(tools: readonly Tool[], key: (tool: Tool) => string, fits: (a: Tool, b: Tool) => boolean) {
  const known = new Map<string, Tool[]>();
  const found: (readonly [Tool, Tool])[] = [];
  for (const tool of tools) {
    const same = known.get(key(tool)) ?? [];
    const other = same.find((one) => fits(one, tool));
    if (other !== undefined) found.push([other, tool]);
    if (other === undefined || same.length < 8) known.set(key(tool), [...same, tool].slice(0, 8));
  }
  return found;
}

function about({ backend, item: { kind, id } }: Tool) {
  return { backend, kind, id };
}

/** Every text of a definition. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
