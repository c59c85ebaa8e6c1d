import { asObject } from '../model/json.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { children } from '../wire/walk.ts';
import { isArray, isObject, says, valuesOf, withAdded, withChanged, withElements } from './members.ts';

/**
 * A tool's result whose `structuredContent` is an object or left out: 2026-07-28 allows any JSON there (SEP-2106),
 * and a legacy client refuses the whole result for it. When no text says the same, the value is put into one.
 */
export function plainStructure(body: Payload): Payload {
  if (!body.has('structuredContent')) return body;
  const odd = valuesOf(body, 'structuredContent').find((value) => !isObject(value));
  if (odd === undefined) return body;
  const kept = withoutMembers(body, ['structuredContent']);
  return hasText(kept) ? kept : withText(kept, odd.text());
}

/** A list of tools without the `outputSchema` for which a legacy client would refuse the whole list. */
export function plainTools(body: Payload): Payload {
  if (!body.includes('outputSchema') && !body.includes('\\u')) return body;
  return withElements(body, 'tools', plainTool);
}

function plainTool(tool: Payload): Payload {
  if (!isObject(tool)) return tool;
  const fits = valuesOf(tool, 'outputSchema').every((schema) => isLegacySchema(schema.json()));
  return fits ? tool : withoutMembers(tool, ['outputSchema']);
}

/** What every legacy schema demands of an `outputSchema`: an object, its properties schemas that are objects too. */
function isLegacySchema(value: unknown): boolean {
  const schema = asObject(value);
  if (schema?.['type'] !== 'object') return false;
  const { properties = {}, required = [] } = schema;
  const named = asObject(properties);
  if (named === undefined || !Object.values(named).every((one) => typeof one === 'object' && one !== null))
    return false;
  return Array.isArray(required) && required.every((name) => typeof name === 'string');
}

function hasText(body: Payload): boolean {
  const content = body.member('content');
  if (content === undefined || !isArray(content)) return false;
  return children(content.bytes()).some(({ start, end }) => says(content.slice(start, end), 'type', 'text'));
}

function withText(body: Payload, text: string): Payload {
  const block = `{"type":"text","text":${JSON.stringify(text)}}`;
  if (!body.has('content')) return withAdded(body, 'content', `[${block}]`);
  return withChanged(body, 'content', (content) => {
    if (!isArray(content)) return content;
    const at = content.size - 1;
    const empty = children(content.bytes()).length === 0;
    return content.splice([{ start: at, end: at, text: empty ? block : `,${block}` }]);
  });
}
