import type { Message } from '../mcp/lines.ts';

export const INFO = { name: 'matrix-client', version: '1.0.0' };
export const ROOT_URI = 'file:///srv/project';

/** What a client answers to a question, whatever its kind; every question is noted first. */
export function answerTo(asked: Message[], method: string, params: Message): Message {
  asked.push({ method, params });
  if (method === 'roots/list') return { roots: [{ uri: ROOT_URI, name: 'project' }] };
  if (method === 'sampling/createMessage') {
    const { text } = params.messages[0].content;
    return {
      model: 'test-model',
      role: 'assistant',
      stopReason: 'endTurn',
      content: { type: 'text', text: `heard ${text}` },
    };
  }
  if (params.message.includes('declined')) return { action: 'decline' };
  return params.mode === 'url' ? { action: 'accept' } : { action: 'accept', content: { name: 'Ada' } };
}
