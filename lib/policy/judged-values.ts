import type { Call } from '../model/call.ts';
import type { Json } from '../model/json.ts';
import { namedKeys, pointerTo } from '../model/json-pointer.ts';
import type { ArgumentKind, ToolShape } from '../model/tool-shape.ts';
import type { PresetTool } from '../presets/preset.ts';
import { type Answers, argumentsOf, NO_ANSWERS } from './call-arguments.ts';
import { inferredArguments, kindsNamed } from './inferred.ts';
import { declaredArguments } from './schema-forms.ts';

/** One text a rule judges. */
export interface JudgedValue {
  /** JSON pointer from the arguments. */
  readonly at: string;
  /** Keys from `call.params` to it, for edits; undefined where it cannot be edited. */
  readonly path: readonly string[] | undefined;
  readonly text: string;
  /** It is one of the folders a client says it works in: it says what may be looked at, and changes nothing. */
  readonly isRoot?: boolean;
}

export interface JudgedValues {
  readonly values: readonly JudgedValue[];
  /** Pointer to the first thing that is no text where text must stand, which denies. */
  readonly wrong: string | undefined;
  /** The tool has an argument of this kind, whether this call brings it or not. */
  readonly expected: boolean;
  /** How the arguments were chosen, for people. */
  readonly chosen: 'rule' | 'preset' | 'inferred';
}

const NO_VALUES: readonly JudgedValue[] = [];
const NO_POINTERS: readonly string[] = [];

/** The texts a rule about `kind` judges in a call: at `named` pointers or keys, else those of the preset, else inferred ones. */
export function judgedValues(
  call: Call,
  kind: ArgumentKind,
  named: readonly string[] | undefined,
  preset: PresetTool | undefined,
): JudgedValues {
  const { values, prefix, answers } = argumentsOf(call);
  const about = aboutOf(call);
  const { pointers, chosen, expected } = chosenPointers(call, about, kind, named, preset, values);
  if (pointers.length === 0 && answers === NO_ANSWERS) return { values: NO_VALUES, wrong: undefined, expected, chosen };
  const found: JudgedValue[] = [];
  let wrong: string | undefined;
  const take = (value: unknown, keys: readonly string[], mayEdit: boolean) => {
    const at = pointerTo(keys);
    if (typeof value === 'string')
      found.push({ at, path: mayEdit ? prefix && [...prefix, ...keys] : undefined, text: value });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        // Some tools take files as a mapping from paths to texts.
        if (kind === 'paths' && !Array.isArray(value) && /[/\\]|^[.~]/.test(key))
          found.push({ at: pointerTo([...keys, key]), path: undefined, text: key });
        // What stands under another name may be anything, a text to be written for example: it is judged and left as it is.
        take(inner, [...keys, key], mayEdit && (Array.isArray(value) || kindsNamed(key, about).includes(kind)));
      }
    } else if (value !== null && value !== undefined) wrong ??= at;
  };
  for (const pointer of pointers)
    for (const [value, keys] of at(values, namedKeys(pointer), [])) take(value, keys, true);
  found.push(...answered(answers, kind, about));
  return { values: found, wrong, expected, chosen };
}

/** Texts in answers of a client, which are judged by their names alone: no schema the gateway knows speaks of them. */
function answered({ values, prefix }: Answers, kind: ArgumentKind, about: string): JudgedValue[] {
  const found: JudgedValue[] = [];
  const walk = (value: unknown, keys: readonly string[], named: boolean) => {
    if (typeof value === 'string' && named)
      found.push({
        at: pointerTo([...prefix, ...keys]),
        path: [...prefix, ...keys],
        text: value,
        isRoot: keys.at(-1) === 'uri' && keys.at(-3) === 'roots',
      });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      walk(inner, [...keys, key], Array.isArray(value) ? named : kindsNamed(key, about).includes(kind));
  };
  walk(values, [], false);
  return found;
}

function aboutOf({ resource }: Call): string {
  return `${resource.backend} ${resource.id}`;
}

function chosenPointers(
  call: Call,
  about: string,
  kind: ArgumentKind,
  named: readonly string[] | undefined,
  preset: PresetTool | undefined,
  values: Json,
): { readonly pointers: readonly string[] } & Pick<JudgedValues, 'chosen' | 'expected'> {
  const { tool } = call.facts;
  const inferred = tool === undefined ? NO_POINTERS : inferredArguments(tool, about)[kind];
  const usual = preset === undefined ? inferred : (preset.arguments?.[kind] ?? NO_POINTERS);
  if (named !== undefined) {
    const expected = usual.length > 0 || named.some((pointer) => isDeclared(tool, namedKeys(pointer)[0]!));
    return { pointers: named, chosen: 'rule', expected };
  }
  const extra = undeclaredOf(kind, tool, about, values, usual);
  return {
    pointers: extra.length === 0 ? usual : [...usual, ...extra.map((key) => pointerTo([key]))],
    chosen: preset === undefined ? 'inferred' : 'preset',
    expected: usual.length > 0,
  };
}

/** Keys the tool does not declare are judged by their names: a server may read them all the same. */
function undeclaredOf(
  kind: ArgumentKind,
  tool: ToolShape | undefined,
  about: string,
  values: Json,
  usual: readonly string[],
): readonly string[] {
  let found: string[] | undefined;
  for (const key of Object.keys(values)) {
    if (isDeclared(tool, key) || !kindsNamed(key, about).includes(kind)) continue;
    if (!usual.some((pointer) => namedKeys(pointer)[0] === key)) found = [...(found ?? []), key];
  }
  return found ?? NO_POINTERS;
}

function isDeclared(tool: ToolShape | undefined, key: string): boolean {
  const declared = tool === undefined ? 'any' : declaredArguments(tool);
  return declared !== 'any' && declared.has(key);
}

/** Everything at the steps, with the keys that lead there; `*` stands for every element or member. */
function at(value: unknown, steps: readonly string[], keys: readonly string[]): [unknown, readonly string[]][] {
  const [step, ...rest] = steps;
  if (step === undefined) return [[value, keys]];
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[value, keys]];
  const members = step === '*' ? Object.keys(value) : membersNamed(value, step);
  return members.flatMap((key) => at((value as Record<string, unknown>)[key], rest, [...keys, key]));
}

/** The member of this name, and those a reader that folds case would take for it. */
function membersNamed(value: object, name: string): string[] {
  const keys = Object.keys(value);
  if (Array.isArray(value)) return keys.includes(name) ? [name] : [];
  const folded = fold(name);
  return keys.filter((key) => key === name || fold(key) === folded);
}

/** Simple case folding as far as decoders go: `ſ` and the Kelvin sign are letters as well. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
