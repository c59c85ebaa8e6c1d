import type { Message } from '../mcp/lines.ts';

const KEYS = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const REQUESTS = new Set(['ping', 'roots/list', 'sampling/createMessage']);
const NOTIFICATIONS = new Set([
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/resources/updated',
  'notifications/resources/list_changed',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
]);
/** The members each kind of content has (schema/2024-11-05: TextContent, ImageContent, EmbeddedResource). */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text', 'annotations'],
  image: ['type', 'data', 'mimeType', 'annotations'],
  resource: ['type', 'resource', 'annotations'],
};
const CONTENTS = ['uri', 'mimeType', 'text', 'blob'];

/** What a strict reader of the schema of 2024-11-05 objects to in a message; undefined when it takes it. */
export function objectionTo(message: Message): string | undefined {
  const foreign = Object.keys(message).find((key) => !KEYS.has(key));
  if (foreign !== undefined) return `the envelope has ${foreign}`;
  const { id, method, params, result } = message;
  if (method === undefined) return id === undefined ? 'an answer without an id' : objectionToResult(result ?? {});
  if (id === undefined) return NOTIFICATIONS.has(method) ? undefined : `there is no notification ${method}`;
  if (!REQUESTS.has(method)) return `a server does not ask ${method}`;
  const messages: Message[] = params?.messages ?? [];
  return first(messages, ({ content }) => objectionToContent(content, ['text', 'image']));
}

function objectionToResult({
  content,
  messages,
  contents,
  structuredContent,
  resultType,
}: Message): string | undefined {
  // A result may have members of any name; this one later clients take for an object.
  if (structuredContent !== undefined && Object(structuredContent) !== structuredContent)
    return 'structuredContent is not an object';
  if (Array.isArray(structuredContent)) return 'structuredContent is a list';
  if (resultType !== undefined) return 'there is no resultType';
  return (
    (Array.isArray(content) ? first(content, (block) => objectionToContent(block)) : undefined) ??
    first(messages ?? [], (prompt: Message) => objectionToContent(prompt.content)) ??
    first(contents ?? [], (one: Message) => unknownMember('contents', one, CONTENTS))
  );
}

function objectionToContent(block: Message, types = Object.keys(CONTENT)): string | undefined {
  if (!types.includes(block?.type)) return `there is no content ${block?.type}`;
  const unknown = unknownMember(`content ${block.type}`, block, CONTENT[block.type]!);
  if (unknown !== undefined || block.type !== 'resource') return unknown;
  return unknownMember('embedded resource', block.resource, CONTENTS);
}

function unknownMember(what: string, value: Message, known: readonly string[]): string | undefined {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  return unknown === undefined ? undefined : `${what} has ${unknown}`;
}

function first(values: readonly Message[], objection: (value: Message) => string | undefined): string | undefined {
  for (const value of values) {
    const found = objection(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
