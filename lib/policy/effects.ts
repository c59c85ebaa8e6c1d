import type { EffectFlag, EffectKind, EffectRule, ToolEffect } from '../model/rules.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import type { PresetTool } from '../presets/preset.ts';

const RANK: Readonly<Record<EffectKind, number>> = { read: 0, write: 1, destructive: 2 };

/** Words in a tool's name that say it destroys, or reaches somebody outside. */
const DESTROYS =
  /(?:^|[^a-z])(?:delete|drop|remove|purge|revoke|destroy|wipe|truncate|uninstall|kill|send|pay|transfer)(?:$|[^a-z])/;
const REACHES_OUT =
  /(?:^|[^a-z])(?:send|post|publish|email|mail|tweet|notify|upload|fetch|http|browse|navigate|pay|transfer)(?:$|[^a-z])/;

/**
 * The effect of a tool: what operators say (the strongest kind and every flag), else the preset of its exact package,
 * else a guess. What the server says of itself may only raise it: it never makes a tool one that reads, and its flags
 * count where nobody else has said any. What later layers of the config say may only raise it as well.
 */
export function toolEffect(
  said: readonly EffectRule[],
  preset: PresetTool | undefined,
  name: string,
  shape: ToolShape | undefined,
): ToolEffect {
  const guessed = guess(name, shape);
  const first = said.filter(({ layer }) => layer <= 1);
  const own = kindSaid(first);
  const known = preset?.flags ?? (preset === undefined && !first.some(hasFlags) ? guessed.flags : []);
  const origin = own !== undefined ? 'operator' : preset !== undefined ? 'preset' : 'guess';
  return raised({ kind: own ?? preset?.kind ?? guessed.kind, flags: known, origin }, said);
}

/** The effect of a prompt or a resource, which is read; operators may say what is in it. */
export function readEffect(said: readonly EffectRule[]): ToolEffect {
  const first = kindSaid(said.filter(({ layer }) => layer <= 1));
  return raised({ kind: first ?? 'read', flags: [], origin: said.length > 0 ? 'operator' : 'preset' }, said);
}

/** An effect with the flags of every layer, and the strongest kind a later one says. */
function raised(base: ToolEffect, said: readonly EffectRule[]): ToolEffect {
  const flags = [...new Set([...base.flags, ...said.flatMap((rule) => rule.flags)])];
  const later = kindSaid(said.filter(({ layer }) => layer > 1));
  if (later === undefined || RANK[later] <= RANK[base.kind]) return { ...base, flags };
  return { kind: later, flags, origin: 'operator' };
}

function hasFlags({ flags }: EffectRule): boolean {
  return flags.length > 0;
}

/** An unknown tool writes, unless it says or its name says that it does worse. */
function guess(name: string, shape: ToolShape | undefined): { kind: EffectKind; flags: EffectFlag[] } {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
  const { destructiveHint, openWorldHint } = shape?.annotations ?? {};
  const kind = destructiveHint === true || DESTROYS.test(words) ? 'destructive' : 'write';
  return { kind, flags: openWorldHint === true || REACHES_OUT.test(words) ? ['external', 'untrusted'] : [] };
}

function kindSaid(said: readonly EffectRule[]): EffectKind | undefined {
  const kinds = said.map(({ kind }) => kind).filter((kind) => kind !== undefined);
  return kinds.length === 0 ? undefined : kinds.reduce((a, b) => (RANK[a] >= RANK[b] ? a : b));
}
