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
 * The effect of a tool: what operators say (all of them, the strongest kind and every flag), else the preset of its
 * exact package, else a guess. What the server says of itself may only raise it: it never makes a tool one that reads,
 * and its flags count where nobody else has said any.
 */
export function toolEffect(
  said: readonly EffectRule[],
  preset: PresetTool | undefined,
  name: string,
  shape: ToolShape | undefined,
): ToolEffect {
  const guessed = guess(name, shape);
  const kind = kindSaid(said);
  const flags = said.flatMap((rule) => rule.flags);
  const known = preset?.flags ?? (preset === undefined && flags.length === 0 ? guessed.flags : []);
  const origin = kind !== undefined ? 'operator' : preset !== undefined ? 'preset' : 'guess';
  return { kind: kind ?? preset?.kind ?? guessed.kind, flags: [...new Set([...known, ...flags])], origin };
}

/** The effect of a prompt or a resource, which is read; operators may say what is in it. */
export function readEffect(said: readonly EffectRule[]): ToolEffect {
  const kind = kindSaid(said);
  const flags = [...new Set(said.flatMap((rule) => rule.flags))];
  return { kind: kind ?? 'read', flags, origin: said.length > 0 ? 'operator' : 'preset' };
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
