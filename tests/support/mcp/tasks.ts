import type { Message } from './lines.ts';

const TIMES = { createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:01Z' };
export const TASKS = 'io.modelcontextprotocol/tasks';
export const CAN_TASKS = { extensions: { [TASKS]: {} } };
export const RELATED = 'io.modelcontextprotocol/related-task';

/** The state of a task as 2025-11-25 has it. */
export function legacyTask(taskId: string, status = 'working', more: Message = {}): Message {
  return { taskId, status, ...TIMES, ttl: 60_000, pollInterval: 20, ...more };
}

/** The state of a task of the extension. */
export function modernTask(taskId: string, status = 'working', more: Message = {}): Message {
  return { taskId, status, ...TIMES, ttlMs: 60_000, pollIntervalMs: 20, ...more };
}

/** The result of a tool, with a text. */
export function toolResult(text: string, more: Message = {}): Message {
  return { content: [{ type: 'text', text }], ...more };
}
