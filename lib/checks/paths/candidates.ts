import type { Call } from '../../model/call.ts';
import { asObject } from '../../model/json.ts';
import { isFileUri } from '../../parse/path/file-uri.ts';
import { type JudgedValue, type JudgedValues, judgedValues } from '../../policy/judged-values.ts';
import type { PresetTool } from '../../presets/preset.ts';
import type { CompiledRule } from './operator-rule.ts';

/** A text that is judged as a path, and the rules of the operator it is put to. */
export interface Candidate {
  readonly value: JudgedValue;
  readonly chosen: JudgedValues['chosen'];
  readonly rules: CompiledRule[];
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Pointer to something that is no text where a path must stand. */
  readonly wrong: string | undefined;
  /** Rules that had something to judge by the schema of the tool and found nothing in the call. */
  readonly unjudged: readonly CompiledRule[];
}

const LONGEST = 4096;
const NONE: readonly never[] = [];

/** Everything in a call that names a path: what rules name, what the preset knows, what is inferred, `file:` URIs. */
export function candidatesOf(call: Call, rules: readonly CompiledRule[], preset: PresetTool | undefined): Candidates {
  const usual = judgedValues(call, 'paths', undefined, preset);
  let { wrong } = usual;
  const addressed = fileAddresses(call, preset);
  if (rules.length === 0 && usual.values.length === 0 && addressed.values.length === 0) {
    return { candidates: NONE, wrong, unjudged: NONE };
  }
  const byPlace = new Map<string, Candidate>();
  const take = ({ values, chosen }: JudgedValues, rule: CompiledRule | undefined) => {
    for (const value of values) {
      // Arguments and answers to questions may stand at the same pointer.
      const key = `${value.at}\0${value.text}`;
      let candidate = byPlace.get(key);
      if (candidate === undefined) {
        candidate = { value, chosen, rules: [] };
        byPlace.set(key, candidate);
      }
      if (rule !== undefined) candidate.rules.push(rule);
    }
  };
  take(usual, undefined);
  take(addressed, undefined);
  const unjudged: CompiledRule[] = [];
  for (const rule of rules) {
    const named = rule.rule.in;
    const found = named === undefined ? usual : judgedValues(call, 'paths', named, preset);
    wrong ??= found.wrong;
    take(found, rule);
    if (named === undefined) take(addressed, rule);
    const none = found.values.length === 0 && addressed.values.length === 0;
    if (none && (named === undefined ? found.expected : declaresAny(call, named))) unjudged.push(rule);
  }
  return { candidates: [...byPlace.values()], wrong, unjudged };
}

/** Whether a text that cannot be a path was meant as prose or code: nothing opens a file of several lines. */
export function holdsProse(text: string): boolean {
  return text.length > LONGEST || /\S[^\S\n]*\r?\n\s*\S/.test(text);
}

/** Addresses that lead to files: they are judged here, whatever the arguments are called. */
function fileAddresses(call: Call, preset: PresetTool | undefined): JudgedValues {
  const found = judgedValues(call, 'domains', undefined, preset);
  if (found.values.length === 0 && found.wrong === undefined) return found;
  return { ...found, values: found.values.filter(({ text }) => isFileUri(text.trim())), wrong: undefined };
}

function declaresAny(call: Call, named: readonly string[]): boolean {
  const declared = asObject(call.facts.tool?.schema.properties) ?? {};
  return named.some((pointer) => Object.hasOwn(declared, pointer.replace(/^\//, '').split('/')[0]!));
}
