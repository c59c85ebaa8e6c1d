import { Payload } from '../wire/payload.ts';
import { children } from '../wire/walk.ts';
import { hasAudio, hasManyBlocks } from './abilities.ts';
import { plainBlock } from './content.ts';
import { isArray, isObject, says, valuesOf, withChanged, withElements } from './members.ts';

/**
 * The params of a server's `sampling/createMessage` for a client of revision `to`. Before 2025-11-25 a message has one
 * block, so one with several becomes as many messages of its role; audio becomes words where it is not known.
 */
export function samplingForClient(params: Payload, to: string): Payload {
  if (hasManyBlocks(to)) return params;
  const single = withChanged(params, 'messages', singleBlocks);
  if (hasAudio(to)) return single;
  return withElements(single, 'messages', (message) =>
    withChanged(message, 'content', (block) => plainBlock(block, to)),
  );
}

/**
 * A client's answer to `sampling/createMessage` for a server of revision `to`. Several blocks are an answer only to
 * one that gave tools (`withTools`) in 2025-11-25 or later; for others, text alone becomes one block. What cannot be one
 * block stays as it is, and the server refuses it.
 */
export function samplingAnswerForBackend(answer: Payload, to: string, withTools: boolean): Payload {
  if (hasManyBlocks(to) && withTools) return answer;
  return withChanged(answer, 'content', oneBlock);
}

function singleBlocks(messages: Payload): Payload {
  if (!isArray(messages)) return messages;
  const all = elementsOf(messages);
  if (!all.some((message) => valuesOf(message, 'content').some(isArray))) return messages;
  return Payload.of(`[${all.flatMap(oneForEachBlock).join(',')}]`);
}

/** The JSON text of a message for each of its blocks; a message without blocks says nothing and goes. */
function oneForEachBlock(message: Payload): string[] {
  const blocks = message.member('content');
  if (blocks === undefined || !isArray(blocks)) return [message.text()];
  return elementsOf(blocks).map((block) => withChanged(message, 'content', () => block).text());
}

function oneBlock(content: Payload): Payload {
  if (!isArray(content)) return content;
  const blocks = elementsOf(content);
  if (blocks.length === 1) return blocks[0]!;
  if (blocks.length === 0 || !blocks.every((block) => isObject(block) && says(block, 'type', 'text'))) return content;
  const text = blocks.map((block) => block.string('text') ?? '').join('\n');
  return withChanged(blocks[0]!, 'text', () => Payload.of(JSON.stringify(text)));
}

function elementsOf(array: Payload): Payload[] {
  return children(array.bytes()).map(({ start, end }) => array.slice(start, end));
}
