import type { Config } from '../../../model/config.ts';
import { namedKeys } from '../../../model/json-pointer.ts';
import type { Place, ToolRule } from '../../../model/rules.ts';
import { compileSelector } from '../../../policy/selector.ts';
import { presetNamed } from '../../../presets/index.ts';
import type { PresetTool } from '../../../presets/preset.ts';
import { nearest, type Problem } from '../../problems.ts';

const PARTS = ['paths', 'sql', 'commands', 'domains', 'formFields'] as const;

/** Names in `in` that are surely slips: no tool of the presets has such an argument, and one has nearly that. */
export function checkJudged(config: Config): Problem[] {
  return config.policies.rules.flatMap((rule) => {
    const known = argumentsOf(rule, config);
    if (known.length === 0) return [];
    return PARTS.flatMap((part) => {
      const judged = rule[part];
      if (judged?.in === undefined) return [];
      return judged.in.flatMap((name) => slip(name, judged, known));
    });
  });
}

function slip(name: string, { rule, source }: Place, known: readonly string[]): Problem[] {
  const top = namedKeys(name)[0]!;
  const close = known.includes(top) ? undefined : nearest(top, known);
  if (close === undefined) return [];
  const message = `${rule}.in names "${name}", which no tool of the preset takes`;
  return [{ code: 'SP1112', severity: 'warning', message, where: source, help: `did you mean "${close}"?` }];
}

/** The arguments that the presets know of the tools a rule selects. */
function argumentsOf({ selector }: ToolRule, { backends }: Config): string[] {
  const selects = compileSelector(selector);
  const found = backends.flatMap(({ name, preset }) => {
    const tools = preset === undefined ? {} : (presetNamed(preset)?.tools ?? {});
    return Object.entries(tools)
      .filter(([tool, { kind, flags = [] }]) => selects(name, tool, () => ({ kind, flags, origin: 'preset' })))
      .flatMap(([, tool]) => namesOf(tool));
  });
  return [...new Set(found)];
}

function namesOf({ arguments: judged = {}, base, excludes, formFields = [], uploads = [] }: PresetTool): string[] {
  const names = [...Object.values(judged).flat(), ...formFields, ...uploads];
  return [...names, base, excludes].filter((name) => name !== undefined).map((name) => namedKeys(name)[0]!);
}
