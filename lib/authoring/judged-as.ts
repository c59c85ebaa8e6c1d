import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { ToolEffect } from '../model/rules.ts';
import type { ArgumentKind } from '../model/tool-shape.ts';
import { type JudgedValues, judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { compileSelector } from '../policy/selector.ts';

/** One argument, and what the rules take it for. */
export interface JudgedAs {
  readonly kind: ArgumentKind;
  /** JSON pointer from the arguments. */
  readonly at: string;
  readonly text: string;
  /** Who says so: a rule with `in`, the preset of the package, or a guess by name and schema. */
  readonly chosen: JudgedValues['chosen'];
  /** The rule, when one names the argument. */
  readonly rule: string | undefined;
}

export interface EffectAndWhy extends ToolEffect {
  /** The rules of the operator that say it, or the preset that does. */
  readonly by: readonly string[];
}

const KINDS: readonly ArgumentKind[] = ['paths', 'sql', 'commands', 'domains'];

/** Every argument of the call that is judged as something, and as what. */
export function judgedAs(call: Call, book: RuleBook): JudgedAs[] {
  const preset = book.presetTool(call.resource);
  return KINDS.flatMap((kind) => {
    const named = book.holding(call, kind).flatMap((rule) => {
      const part = rule[kind];
      return part?.in === undefined ? [] : [{ in: part.in, rule: part.rule }];
    });
    const found = [
      ...[judgedValues(call, kind, undefined, preset)].map((judged) => ({ judged, rule: undefined })),
      ...named.map((part) => ({ judged: judgedValues(call, kind, part.in, preset), rule: part.rule })),
    ];
    const seen = new Set<string>();
    return found.flatMap(({ judged, rule }) =>
      judged.values
        .map(({ at, text }) => ({ kind, at, text, chosen: judged.chosen, rule }))
        .filter((one) => !seen.has(`${one.rule}\0${one.at}`) && seen.add(`${one.rule}\0${one.at}`)),
    );
  });
}

/** What the tool does to the world, and who says so. */
export function effectAndWhy(call: Call, { policies }: Config, book: RuleBook): EffectAndWhy {
  const { resource } = call;
  const effect = book.effectOf(resource, call.facts.tool);
  const said = policies.effects.filter(({ selector }) =>
    compileSelector(selector)(resource.backend, resource.id, () => effect),
  );
  const preset = book.presetTool(resource) === undefined ? undefined : book.presetOf(resource.backend);
  const by = [...said.map(({ rule, source }) => `${rule} (${source})`), ...(preset ? [`preset ${preset.name}`] : [])];
  return { ...effect, by: resource.type === 'tool' ? by : [] };
}
