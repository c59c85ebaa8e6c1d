import type { Call } from '../model/call.ts';
import { namedKeys, pointerTo } from '../model/json-pointer.ts';
import { decoded, normalise } from '../parse/normalise.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import type { PresetTool } from '../presets/preset.ts';
import { wordsOf } from './uploads.ts';

/** What a call says of a field it fills in. */
export interface NamedField {
  /** JSON pointer from the arguments. */
  readonly at: string;
  /** The text as it is written, and as it may be read. */
  readonly views: readonly string[];
}

/** Most characters of one name, label or selector that are judged. */
export const MOST_CHARACTERS = 4096;

/** Names of tools that put something into forms. */
const FILLS =
  /(?:^|_)(?:fill|type|enter|input|form|select|choose|check|set_(?:value|field|text)|press_sequentially|key(?:board)?|keys)(?:_|$)/;
/** Members that say which field is meant; their own names are names of no field. */
const DESCRIBES =
  /^(?:fields?|names?|labels?|selectors?|elements?|refs?|ids?|uid|placeholders?|targets?|locators?|xpath|css|inputs?|forms?|types?|kind|role|frame|index|for)$/;
/** Members that say which field is meant, and may be names of one. */
const MAY_DESCRIBE =
  /_(?:fields?|names?|labels?|selectors?|elements?|refs?|ids?|placeholders?|targets?|locators?|xpath|css)$/;
/** Members that hold what goes in. */
const HOLDS_VALUE = /^(?:values?|text|content|data|options?|checked|input_value)$/;

/** `\70 assword` in a selector is `password` (CSS Syntax 3, §4.3.7). */
const CSS_ESCAPE = /\\([0-9a-f]{1,6})[ \t\n]?|\\([^0-9a-f\n])/gi;
/** What stands between the pieces of a text XPath puts together. */
const JOINTS = /['"\s,+]+/g;

/**
 * The names of fields in a call: of the arguments a rule names, else those of the preset, else those whose own name says
 * so in tools that fill in forms. Arrays and objects are walked; what is filled in is not looked at.
 */
export function fieldNames(
  call: Call,
  named: readonly string[] | undefined,
  preset: PresetTool | undefined,
): NamedField[] {
  const { values } = argumentsOf(call);
  const chosen = named ?? preset?.formFields;
  const found: NamedField[] = [];
  if (chosen === undefined) {
    if (FILLS.test(wordsOf(call.resource.id))) walk(values, [], found);
    return found;
  }
  for (const name of chosen) {
    const keys = namedKeys(name);
    const value = keys.reduce<unknown>(member, values);
    if (value !== undefined) walk(value, keys, found);
  }
  return found;
}

function member(value: unknown, key: string): unknown {
  const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return holds ? (value as Record<string, unknown>)[key] : undefined;
}

function walk(value: unknown, keys: readonly string[], found: NamedField[]): void {
  if (typeof value === 'string') found.push({ at: pointerTo(keys), views: viewsOf(value) });
  else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) walk(inner, [...keys, String(index)], found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) walkMember(key, inner, [...keys, key], found);
  }
}

function walkMember(key: string, value: unknown, keys: readonly string[], found: NamedField[]): void {
  const words = wordsOf(key);
  const isObject = typeof value === 'object' && !Array.isArray(value);
  if (DESCRIBES.test(words)) return walk(value, keys, found);
  if (HOLDS_VALUE.test(words)) return isObject ? walk(value, keys, found) : undefined;
  found.push({ at: pointerTo(keys), views: viewsOf(key) });
  if (typeof value === 'object' || MAY_DESCRIBE.test(words)) walk(value, keys, found);
}

function viewsOf(text: string): string[] {
  if (text.length > MOST_CHARACTERS) return [text];
  const views = new Set([text, normalise(text)]);
  const plain = decoded(text);
  if (plain !== undefined) views.add(normalise(plain));
  if (text.includes('\\')) views.add(normalise(text.replace(CSS_ESCAPE, unescaped)));
  if (/concat|\+/i.test(text)) views.add(text.replace(JOINTS, ''));
  return [...views];
}

function unescaped(_whole: string, hex: string | undefined, plain: string | undefined): string {
  if (hex === undefined) return plain!;
  const code = Number.parseInt(hex, 16);
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}
