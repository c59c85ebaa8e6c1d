import type { EffectFlag, EffectKind, EffectRule, ToolEffect } from '../model/rules.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import type { PresetTool } from '../presets/preset.ts';

const RANK: Readonly<Record<EffectKind, number>> = { read: 0, write: 1, destructive: 2 };

/** Words in a tool's name that say it destroys, or reaches somebody outside. */
const DESTROYS =
  /(?:^|[^a-z])(?:delete|drop|remove|purge|revoke|destroy|wipe|truncate|uninstall|kill|pay|transfer)(?:$|[^a-z])/;
const REACHES_OUT =
  /(?:^|[^a-z])(?:send|post|publish|email|mail|tweet|notify|upload|fetch|http|browse|navigate|pay|transfer)(?:$|[^a-z])/;

/**
 * The effect of a tool: what operators say (all of them, the strongest kind and every flag), else the preset of its
 * exact package, else a guess. What the server says of itself may only raise it.
 */
export function toolEffect(
  said: readonly EffectRule[],
  preset: PresetTool | undefined,
  name: string,
  shape: ToolShape | undefined,
): ToolEffect {
  const kinds = said.flatMap(({ kind }) => (kind === undefined ? [] : [kind]));
  if (kinds.length > 0 || preset !== undefined) {
    const flags = new Set<EffectFlag>([...(preset?.flags ?? []), ...said.flatMap((rule) => rule.flags)]);
    const origin = kinds.length > 0 ? 'operator' : 'preset';
    return { kind: kinds.length > 0 ? strongest(kinds) : preset!.kind, flags: [...flags], origin };
  }
  const { kind, flags } = guess(name, shape);
  return { kind, flags: [...new Set([...flags, ...said.flatMap((rule) => rule.flags)])], origin: 'guess' };
}

/** An unknown tool writes, unless it says or its name says that it does worse. */
function guess(name: string, shape: ToolShape | undefined): { kind: EffectKind; flags: EffectFlag[] } {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const { destructiveHint, openWorldHint } = shape?.annotations ?? {};
  const kind = destructiveHint === true || DESTROYS.test(words) ? 'destructive' : 'write';
  return { kind, flags: openWorldHint === true || REACHES_OUT.test(words) ? ['external', 'untrusted'] : [] };
}

function strongest(kinds: readonly EffectKind[]): EffectKind {
  return kinds.reduce((a, b) => (RANK[a] >= RANK[b] ? a : b));
}
