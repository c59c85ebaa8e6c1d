import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasAudio, hasLinks } from './abilities.ts';
import { isObject, says, withAdded, withChanged, withElements } from './members.ts';

/** Members that say what a link leads to; on a text block they would mean nothing. */
const LINK_MEMBERS = ['uri', 'name', 'title', 'description', 'mimeType', 'size', 'icons', 'text'];
const AUDIO_MEMBERS = ['data', 'mimeType', 'text'];

/** A tool's result whose content a client of revision `to` knows: what it does not know is told in words. */
export function plainBlocks(body: Payload, to: string): Payload {
  return mayNeedWords(body, to) ? withElements(body, 'content', (block) => plainBlock(block, to)) : body;
}

/** A prompt whose messages a client of revision `to` knows. */
export function plainMessages(body: Payload, to: string): Payload {
  if (!mayNeedWords(body, to)) return body;
  return withElements(body, 'messages', (message) => withChanged(message, 'content', (block) => plainBlock(block, to)));
}

/** One content block, or the text that stands for it where revision `to` has no such block. */
export function plainBlock(block: Payload, to: string): Payload {
  if (!isObject(block)) return block;
  if (!hasLinks(to) && says(block, 'type', 'resource_link')) return inWords(block, LINK_MEMBERS, linkText(block));
  if (!hasAudio(to) && says(block, 'type', 'audio')) return inWords(block, AUDIO_MEMBERS, audioText(block, to));
  return block;
}

/** Whether the raw bytes could hold a block the client does not know; a name spelt with escapes hides from this. */
function mayNeedWords(body: Payload, to: string): boolean {
  if (hasLinks(to)) return false;
  return body.includes('"resource_link"') || (!hasAudio(to) && body.includes('"audio"')) || body.includes('\\u');
}

function inWords(block: Payload, members: readonly string[], text: string): Payload {
  const kept = withChanged(withoutMembers(block, members), 'type', () => Payload.of('"text"'));
  return withAdded(kept, 'text', JSON.stringify(text));
}

function linkText(block: Payload): string {
  const name = block.string('title') ?? block.string('name');
  const uri = block.string('uri') ?? '';
  return name === undefined ? uri : `${name}: ${uri}`;
}

function audioText(block: Payload, to: string): string {
  const kind = block.string('mimeType') ?? 'unknown type';
  // Four characters of base64 hold three bytes; two are quotes.
  const bytes = Math.floor((((block.member('data')?.size ?? 2) - 2) * 3) / 4);
  return `[Audio (${kind}, about ${bytes} bytes) left out: MCP ${to} has none]`;
}
