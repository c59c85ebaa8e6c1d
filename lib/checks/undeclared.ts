import { asObject, type Json } from '../model/json.ts';
import { namedKeys } from '../model/json-pointer.ts';
import type { ToolRule } from '../model/rules.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { declaredArguments } from '../policy/schema-forms.ts';
import type { PresetTool } from '../presets/preset.ts';

/**
 * Arguments of a call that neither the tool declares nor its preset knows nor a rule names. None where the tool says
 * nothing of its arguments, or that it takes any.
 */
export function undeclaredArguments(
  tool: ToolShape,
  values: Json,
  rules: readonly ToolRule[],
  preset: PresetTool | undefined,
): string[] {
  const declared = declaredArguments(tool);
  if (declared === 'any') return [];
  const keys = Object.keys(values).filter((key) => !declared.has(key));
  if (keys.length === 0) return keys;
  const named = new Set([...rules.flatMap(namedBy), ...knownTo(preset)].map((name) => namedKeys(name)[0]!));
  return keys.filter((key) => !named.has(key));
}

/** Whether one of `allowing` lets `governed` see arguments nobody declares: the rule itself, or one that may loosen it. */
export function allowsUndeclared(governed: ToolRule, allowing: readonly ToolRule[]): boolean {
  return allowing.some((rule) => rule === governed || (rule.agent === undefined && rule.layer >= governed.layer));
}

function namedBy({ paths, sql, commands, domains, formFields, arguments: schema }: ToolRule): string[] {
  const named = [paths, sql, commands, domains, formFields].flatMap((part) => part?.in ?? []);
  return [...named, ...Object.keys(asObject(schema?.value.properties) ?? {})];
}

function knownTo(preset: PresetTool | undefined): readonly string[] {
  if (preset === undefined) return [];
  const { base, excludes, formFields = [], uploads = [], arguments: kinds = {} } = preset;
  const singles = [base, excludes].filter((name) => name !== undefined);
  return [...singles, ...formFields, ...uploads, ...Object.values(kinds).flat()];
}
