import { asObject, type Json } from '../../model/json.ts';
import { isTypeName } from './values.ts';

type Sound = (value: unknown) => boolean;

const isText: Sound = (value) => typeof value === 'string';
const isNumber: Sound = (value) => typeof value === 'number';
const isCount: Sound = (value) => Number.isInteger(value) && (value as number) >= 0;
const isFlag: Sound = (value) => typeof value === 'boolean';
const isSchema: Sound = (value) => typeof value === 'boolean' || asObject(value) !== undefined;
const isSchemas: Sound = (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isMap: Sound = (value) => Object.values(asObject(value) ?? { none: undefined }).every(isSchema);
const isNames: Sound = (value) => Array.isArray(value) && value.every(isText);
const isAnything: Sound = () => true;

/** Every keyword that means something here, and what its value must look like (2020-12, and `items` and `dependencies` of older drafts). */
const KEYWORDS: ReadonlyMap<string, Sound> = new Map<string, Sound>([
  ['$schema', isText],
  ['$id', isText],
  ['$ref', isText],
  ['$anchor', isText],
  ['$comment', isText],
  ['$defs', isMap],
  ['definitions', isMap],
  ['title', isText],
  ['description', isText],
  ['default', isAnything],
  ['examples', Array.isArray],
  ['deprecated', isFlag],
  ['readOnly', isFlag],
  ['writeOnly', isFlag],
  ['type', (value) => isTypeName(value) || (Array.isArray(value) && value.length > 0 && value.every(isTypeName))],
  ['enum', Array.isArray],
  ['const', isAnything],
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['exclusiveMaximum', isNumber],
  ['multipleOf', (value) => typeof value === 'number' && value > 0],
  ['minLength', isCount],
  ['maxLength', isCount],
  ['pattern', isText],
  ['minItems', isCount],
  ['maxItems', isCount],
  ['uniqueItems', isFlag],
  ['items', (value) => isSchema(value) || isSchemas(value)],
  ['additionalItems', isSchema],
  ['prefixItems', isSchemas],
  ['contains', isSchema],
  ['minContains', isCount],
  ['maxContains', isCount],
  ['unevaluatedItems', isSchema],
  ['minProperties', isCount],
  ['maxProperties', isCount],
  ['required', isNames],
  ['properties', isMap],
  ['patternProperties', isMap],
  ['additionalProperties', isSchema],
  ['propertyNames', isSchema],
  ['unevaluatedProperties', isSchema],
  ['dependentRequired', (value) => Object.values(asObject(value) ?? { none: undefined }).every(isNames)],
  ['dependentSchemas', isMap],
  [
    'dependencies',
    (value) => Object.values(asObject(value) ?? { none: undefined }).every((one) => isSchema(one) || isNames(one)),
  ],
  ['allOf', isSchemas],
  ['anyOf', isSchemas],
  ['oneOf', isSchemas],
  ['not', isSchema],
  ['if', isSchema],
  ['then', isSchema],
  ['else', isSchema],
]);

/** What a person wrote in one subschema that means nothing; undefined when all of it does. */
export function unsound(schema: Json): string | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'format') return '"format" is not judged: write a "pattern"';
    const sound = KEYWORDS.get(keyword);
    if (sound === undefined) return `"${keyword}" is no keyword of JSON Schema`;
    if (!sound(value)) return `the value of "${keyword}" is not one it can have`;
  }
  return undefined;
}
