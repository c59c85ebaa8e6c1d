import type { Backend, Session } from '../../lib/gateway/ports.ts';
import type { Json } from '../../lib/model/json.ts';
import type { ItemKind, LockedBackend } from '../../lib/model/registry.ts';
import type { Outage } from '../../lib/model/server.ts';
import {
  MOST_BYTES,
  MOST_ITEMS,
  type OfferedItem,
  type RefusedItem,
  readInstructions,
  readItem,
} from '../../lib/registry/offered.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { children } from '../../lib/wire/walk.ts';
import type { Running } from '../compose.ts';
import { CommandError, EXIT } from '../output/print.ts';

/** All that one backend offers just now. */
export interface Surface {
  readonly backend: string;
  readonly items: readonly (OfferedItem | RefusedItem)[];
  /** Kinds of which the whole list was read. */
  readonly complete: ReadonlySet<ItemKind>;
  readonly server: LockedBackend['server'];
}

interface Asking {
  readonly running: Running;
  readonly session: Session;
}

type ListedKind = Exclude<ItemKind, 'instructions'>;

/** Where items of each kind are listed: under which capability, by which method, in which member of its result. */
const LISTED: readonly (readonly [ListedKind, string, string, string])[] = [
  ['tool', 'tools', 'tools/list', 'tools'],
  ['prompt', 'prompts', 'prompts/list', 'prompts'],
  ['resource', 'resources', 'resources/list', 'resources'],
  ['template', 'resources', 'resources/templates/list', 'resourceTemplates'],
];
const MOST_PAGES = 100;

/** Starts a backend and reads everything it offers, over all pages. Rejects with a `CommandError`. */
export async function readSurface(running: Running, session: Session, backend: Backend): Promise<Surface> {
  const outage = await new Promise<Outage | undefined>((resolve) =>
    running.gateway.turn.run(() => backend.open(session, resolve)),
  );
  if (outage !== undefined) throw unavailable(backend, `${outage.text} (${outage.code})`);
  const { capabilities, instructions: judged, unjudged: instructions = judged, result } = backend.facts!;
  const { instructions: _, ...said } = result.json() as Json;
  const asking = { running, session };
  const items: (OfferedItem | RefusedItem)[] = [];
  const complete = new Set<ItemKind>(['instructions']);
  if (instructions !== undefined) items.push(readInstructions(instructions));
  const left = { items: MOST_ITEMS, bytes: MOST_BYTES };
  for (const [kind, capability, method, member] of LISTED) {
    const texts = capabilities[capability] === undefined ? [] : await readList(asking, backend, method, member, left);
    if (texts === undefined) continue;
    complete.add(kind);
    items.push(...texts.map((text) => readItem(kind, text)));
  }
  return { backend: backend.name, items, complete, server: { era: backend.era!, result: said } };
}

/** The elements of one list as they were sent; undefined when the server will not list them. */
async function readList(
  asking: Asking,
  backend: Backend,
  method: string,
  member: string,
  left: { items: number; bytes: number },
): Promise<string[] | undefined> {
  const texts: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const body = await ask(asking, backend, method, cursor);
    if (body === undefined && page > 0) throw unavailable(backend, `refused page ${page + 1} of ${method}`);
    if (body === undefined) return undefined;
    left.bytes -= body.size;
    const list = body.member(member);
    const found = list === undefined ? [] : elementsOf(list);
    left.items -= found.length;
    if (left.bytes < 0 || left.items < 0) {
      throw new CommandError(
        `${backend.name} offers more than ${MOST_ITEMS} items or ${MOST_BYTES} bytes`,
        EXIT.integrity,
      );
    }
    texts.push(...found);
    cursor = body.string('nextCursor');
    if (cursor === undefined) return texts;
  }
  throw new CommandError(`${backend.name} has no end of pages in its answers to ${method}`, EXIT.integrity);
}

function elementsOf(list: Payload): string[] {
  return children(list.bytes()).map(({ start, end }) => list.slice(start, end).text());
}

/** Undefined for a server that refuses the request: it may name a capability and not have all of its lists. */
function ask(
  { running, session }: Asking,
  backend: Backend,
  method: string,
  cursor?: string,
): Promise<Payload | undefined> {
  const { turn } = running.gateway;
  const timeoutMs = running.config.listTimeoutMs;
  const params = cursor === undefined ? undefined : Payload.of(JSON.stringify({ cursor }));
  return new Promise((resolve, reject) =>
    turn.run(() =>
      backend.request({ id: backend.nextId(), method, params, session, timeoutMs }, (answer) => {
        if (answer === 'cancelled') reject(unavailable(backend, 'was stopped'));
        else if ('loss' in answer) reject(unavailable(backend, `${answer.loss.text} (${answer.loss.code})`));
        else resolve(answer.ok ? answer.body : undefined);
      }),
    ),
  );
}

function unavailable(backend: Backend, why: string): CommandError {
  return new CommandError(`${backend.name}: ${why}`, EXIT.unavailable);
}
