import type { Call, Facts, Resource } from '../../model/call.ts';
import type { ListedKind, Offered } from '../../model/offered.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import type { Payload } from '../../wire/payload.ts';
import { callOf } from '../calls.ts';
import type { ToolFacts } from '../facts.ts';
import type { Backend, Request, Session } from '../ports.ts';

/** What the backend offers under a name; what stands for a resource may be the template of many. */
export function offeredAs({ catalog }: Backend, kind: ListedKind, id: string): Offered | undefined {
  const template = kind === 'resource' ? catalog.offered('template', id) : undefined;
  return template?.hash === undefined ? catalog.offered(kind, id) : template;
}

/** The question put to policy for a request to one backend. */
export function routedCall(
  request: Request,
  resource: Resource,
  backend: Backend,
  params: Payload | undefined,
  tool: ToolFacts | undefined,
  offered?: Offered | undefined,
  counted = false,
): Call {
  const { session, frame, caller } = request;
  const facts = new RoutedFacts(backend, session, frame.size, tool, offered);
  const call = callOf(session, caller, {
    action: frame.method,
    resource,
    params,
    // Nothing is rewritten inside the arguments, and the client's own frame is in memory anyway.
    args: frame.params?.member(frame.method === 'completion/complete' ? 'argument' : 'arguments'),
    facts,
    request,
  });
  facts.decision = call.id;
  return counted ? { ...call, again: true } : call;
}

/** What is known of a request: how many others run is told when it is judged, after it waited for its turn. */
class RoutedFacts implements Facts {
  readonly size: number;
  readonly openQuestions = 0;
  readonly structured: boolean;
  readonly tool: ToolShape | undefined;
  readonly offered: Offered | undefined;
  decision = '';
  readonly #backend: Backend;
  readonly #session: Session;

  constructor(
    backend: Backend,
    session: Session,
    size: number,
    tool: ToolFacts | undefined,
    offered: Offered | undefined,
  ) {
    this.size = size;
    this.offered = offered;
    this.structured = tool?.structured ?? false;
    this.tool = tool?.shape;
    this.#backend = backend;
    this.#session = session;
  }

  get inFlight(): number {
    const { owner, engine } = this.#session;
    return this.#backend.inFlightFor(owner) + engine.deciding.beside(this.#backend.name, owner, this.decision);
  }
}
