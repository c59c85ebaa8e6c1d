import { callAsked } from '../authoring/asked.ts';
import type { Ground } from '../authoring/ground.ts';
import type { Call, Reply } from '../model/call.ts';
import { asObject, type Json } from '../model/json.ts';
import type { Offered } from '../model/offered.ts';
import { schemaDefect } from '../parse/json-schema.ts';
import { decideReply } from '../policy/decide.ts';
import { explainCall } from '../policy/explain.ts';
import { Payload } from '../wire/payload.ts';
import type { AttackCase } from './case.ts';
import type { CasePins } from './case-pins.ts';
import { isContained, OUTCOMES, type Outcome, outcomeOf } from './outcome.ts';
import { filled } from './places.ts';
import { askedOf, type SlotTool } from './tools.ts';

/** What policy is asked with, and the pins it compares what is offered with. */
export interface Pinned extends Ground {
  readonly pins: CasePins;
}

/**
 * What becomes of a tool that is offered with the definition of a case; it has the name of one the caller may use. Where
 * another one was approved before, its list and a call of it are put to policy, since a model may know it from before.
 */
export async function definitionOutcome(
  { offered, approved }: AttackCase,
  tool: SlotTool,
  fill: (text: string) => string,
  ground: Pinned,
): Promise<Outcome> {
  const named = (definition: Json | undefined): Json => ({ ...(filled(definition, fill) as Json), name: tool.id });
  const now = named(offered);
  const was = approved === undefined ? undefined : named(approved);
  const registry = was === undefined || ground.config.registry.pin === 'off' ? undefined : was;
  if (registry === undefined) return listOutcome(now, tool, undefined, ground);
  const asOffered = ground.pins.offer(JSON.stringify(now), JSON.stringify(registry));
  const keepsOld = showsOld(tool, asOffered, ground);
  const listed = await listOutcome(keepsOld ? registry : now, tool, asOffered, ground);
  if (keepsOld) return isContained(listed) ? listed : 'redacted';
  return weaker(listed, await callOutcome(tool, asOffered, ground));
}

/** Whether the gateway shows clients the definition that was approved in place of this one. */
function showsOld({ backend }: SlotTool, offered: Offered, { config, pins }: Pinned): boolean {
  const isChanged = pins.standing(backend, offered) === 'changed';
  return isChanged && config.registry.keepOld && isEnforced(config, backend);
}

function isEnforced({ backends }: Ground['config'], backend: string): boolean {
  return backends.some(({ name, enforce }) => name === backend && enforce);
}

/** What becomes of the list in which it stands. */
async function listOutcome(
  definition: Json,
  tool: SlotTool,
  offered: Offered | undefined,
  { config, policy, user }: Ground,
): Promise<Outcome> {
  const text = JSON.stringify(definition);
  const body = Payload.of(`{"tools":[${text}]}`);
  const start = '{"tools":['.length;
  const item = { resource: resourceOf(tool), tool: shapeOf(definition), offered, start, end: body.size - 2 };
  const reply: Reply = { ok: true, body, items: [item] };
  const asked = callAsked(askedOf(tool.backend, tool.id, {}, undefined), config, user, 'attack list');
  const call: Call = {
    ...asked,
    action: 'tools/list',
    resource: { backend: tool.backend, type: 'list', id: 'tools' },
    params: undefined,
    args: undefined,
  };
  const decision = await decideReply(policy, call, reply);
  if (decision.effect !== 'allow') return 'blocked';
  const shown = decision.edits.reduce((left, edit) => edit.apply(left), body).json() as { tools: unknown[] };
  if (decision.enforced && shown.tools.length === 0) return 'blocked';
  return outcomeOf(decision, body, longestText(definition));
}

/** What the comparison with its pin makes of a call; what else is wrong with a call without arguments does not count. */
async function callOutcome(tool: SlotTool, offered: Offered, { config, policy, user }: Ground): Promise<Outcome> {
  const asked = callAsked(askedOf(tool.backend, tool.id, {}, tool.shape), config, user, 'attack call');
  const call: Call = { ...asked, facts: { ...asked.facts, offered } };
  const { checks, decision } = await explainCall(policy, call);
  const verdict = checks.find(({ check }) => check === 'pinned')?.verdict;
  if (verdict === 'deny') return decision.enforced ? 'blocked' : 'flagged';
  if (verdict === 'require_approval') return decision.enforced ? 'asked' : 'flagged';
  return verdict === 'finding' ? 'flagged' : 'through';
}

/** Of two ways in, what comes of the one that holds less; a mark on one of them is a mark. */
function weaker(one: Outcome, other: Outcome): Outcome {
  const [first, second] = OUTCOMES.filter((outcome) => outcome === one || outcome === other).reverse();
  return first === 'through' && second === 'flagged' ? 'flagged' : first!;
}

function resourceOf({ backend, id }: SlotTool) {
  return { backend, type: 'tool', id } as const;
}

function shapeOf({ inputSchema, annotations }: Json) {
  const schema = asObject(inputSchema) ?? {};
  return { schema, annotations: asObject(annotations) ?? {}, defect: schemaDefect(schema) };
}

function longestText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .flatMap(([key, inner]) => [key, longestText(inner)])
    .reduce((most, one) => (one.length > most.length ? one : most), '');
}
