import type { ServerResponse } from 'node:http';
import { asObject } from '../model/json.ts';
import { META, NEWEST_MODERN } from '../protocol/revisions.ts';
import { parseFrame } from '../wire/reader.ts';
import { type Line, lineText, type Outgoing } from '../wire/writer.ts';
import { answerJson } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door, Visitor } from './door.ts';
import { methodNotAllowed } from './refusals.ts';

const BACKENDS = '/api/v1/backends';
const TOOLS = '/api/v1/tools';
/** Pages of the tool list that are read for one answer. */
const MOST_PAGES = 100;

export function isStatusPath(path: string): boolean {
  return path === BACKENDS || path === TOOLS;
}

/** Answers what the asker may see of the gateway, for people and dashboards. Nothing can be changed here. */
export function answerStatus(asked: Asked, path: string, door: Door): void {
  asked.attempt(() => {
    if (asked.request.method !== 'GET') return methodNotAllowed('GET');
    const { response, proven } = asked;
    door.turn.run(() => {
      const visitor = door.visit(proven.identity, {}, nowhere);
      if (path === TOOLS) return new ToolList(response, visitor, door).ask();
      const mine = visitor.backends.filter(({ name }) => door.policy.reaches(proven.identity, name));
      answer(response, { backends: mine.map((backend) => backendStatus(backend, door)) });
      visitor.end();
    });
    return undefined;
  });
}

function backendStatus(
  { name, config, confinedBy, era, isOpen, facts }: Visitor['backends'][number],
  { registry }: Door,
): unknown {
  // How many tools it has would tell whoever sees few of them that there are others.
  const known = { era: era ?? null, revision: facts?.version ?? null };
  const { mode, network } = config.sandbox;
  const pins = registry.of(name)?.state ?? { pins: 'off' };
  return { name, open: isOpen, ...known, sandbox: { mode, network, by: confinedBy ?? null }, pins };
}

/** The tools of the asker, listed as any client lists them, so that no other rules hold here than there. */
class ToolList implements Outgoing {
  readonly backlog = 0;
  readonly #response: ServerResponse;
  readonly #door: Door;
  readonly #tools: unknown[] = [];
  #visitor: Visitor | undefined;
  #pages = 0;

  constructor(response: ServerResponse, visitor: Visitor, door: Door) {
    this.#response = response;
    this.#visitor = visitor;
    this.#door = door;
    response.once('close', () => this.#end());
  }

  ask(cursor?: string): void {
    const _meta = { [META.version]: NEWEST_MODERN, [META.clientCapabilities]: {} };
    const params = cursor === undefined ? { _meta } : { _meta, cursor };
    const message = JSON.stringify({ jsonrpc: '2.0', id: ++this.#pages, method: 'tools/list', params });
    const frame = parseFrame(Buffer.from(message), this.#door.config.limits);
    const send = (line: Line, owner?: Parameters<Door['turn']['stage']>[2]) => this.#door.turn.stage(this, line, owner);
    this.#visitor?.receive(frame, { send, aside: () => {}, nothing: () => {} });
  }

  put(line: Line): void {
    const result = asObject((JSON.parse(lineText(line)) as { result?: unknown }).result);
    if (result === undefined) return this.#answer(502, { error: 'The tools cannot be listed now' });
    if (Array.isArray(result.tools)) this.#tools.push(...result.tools);
    const { nextCursor } = result;
    if (typeof nextCursor === 'string' && this.#pages < MOST_PAGES) this.ask(nextCursor);
    else this.#answer(200, { tools: this.#tools });
  }

  flush(): void {}

  #answer(status: number, body: unknown): void {
    answer(this.#response, body, status);
    this.#end();
  }

  #end(): void {
    const leaving = this.#visitor;
    this.#visitor = undefined;
    if (leaving !== undefined) this.#door.turn.run(() => leaving.end());
  }
}

const nowhere: Outgoing = { put: () => {}, flush: () => {}, backlog: 0 };

function answer(response: ServerResponse, body: unknown, status = 200): void {
  answerJson(response, status, [Buffer.from(JSON.stringify(body))]);
}
