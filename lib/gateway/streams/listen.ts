import type { Answer, Call } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { isPromise } from '../../model/later.ts';
import { META, RPC } from '../../protocol/revisions.ts';
import { covers, exposedUri } from '../../protocol/uris.ts';
import { Payload } from '../../wire/payload.ts';
import { notificationLine } from '../../wire/writer.ts';
import { declaresTasks, tasksUndeclared } from '../caller.ts';
import { callOf, plainFacts } from '../calls.ts';
import { conduct } from '../conduct.ts';
import type { ListKind } from '../facts.ts';
import type { Backend, Request, Session, Streams } from '../ports.ts';
import type { Question, Sent } from '../question.ts';
import { rpcError } from '../refusal.ts';
import { sealTask } from '../tasks/tasks.ts';
import { visibleTo } from '../visible.ts';
import { listFilter, type Stream, stringsOf, type Upstream } from './stream.ts';
import { tagged } from './subscription-tag.ts';
import { AwaitedPart, ListenedPart, WatchedPart } from './upstreams.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** How long the acknowledgement waits for those of the backends. */
const ACK_MS = 5000;

/** The streams of one modern client, each split over the backends it concerns. */
export class Listens implements Streams {
  readonly #session: Session;
  readonly #streams = new Set<Stream>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens a stream; it is acknowledged once the backends have agreed, and answered when it ends. */
  open(request: Request): void {
    const { frame, caller } = request;
    const { engine } = this.#session;
    const wanted = asObject(frame.params?.member('notifications')?.json());
    if (wanted === undefined) {
      const refusal = rpcError(RPC.invalidParams, '`params.notifications` is missing');
      return request.refuse({ refusal, code: 'SP8013' });
    }
    if (wanted.taskIds !== undefined && !declaresTasks(caller)) return request.refuse(tasksUndeclared());
    const backend = engine.prefixed ? '' : this.#session.backends[0]!.name;
    const call = callOf(this.#session, caller, {
      action: frame.method,
      resource: { backend, type: 'subscription', id: 'listen' },
      params: frame.params,
      args: undefined,
      facts: plainFacts(frame.size),
      request,
    });
    const target = {
      ask: (question: Question, done: (answer: Answer) => void) => this.#open(question, request, wanted, done),
    };
    conduct(request, call, request, target);
  }

  listChanged(kind: ListKind): void {
    for (const stream of this.#streams) {
      if (stream.lists.has(kind)) this.#send(stream, `notifications/${kind}/list_changed`, undefined);
    }
  }

  /** A backend says what it agreed to on a stream of ours. */
  agreed(backend: Backend, id: number, agreed: Json): void {
    const found = this.#find(backend, id);
    if (found === undefined) return;
    found.upstream.agreed = agreed;
    this.#acknowledgeIfComplete(found.stream);
  }

  /** Whether `id`, a stream of ours to `backend`, is part of one of this client's. */
  carries(backend: Backend, id: number): boolean {
    return this.#find(backend, id) !== undefined;
  }

  /** Hands on what a backend sent on a stream of ours, with the client's tag. */
  deliver(backend: Backend, id: number, method: string, params: Payload): void {
    const found = this.#find(backend, id);
    if (found !== undefined) this.#send(found.stream, method, params);
  }

  /** Hands an update of a resource of a legacy backend to the streams that asked for it. */
  updated(backend: Backend, uri: string, method: string, params: Payload): void {
    for (const stream of this.#streams) {
      const part = stream.upstream.get(backend);
      if (part instanceof WatchedPart && covers(part.accepted, uri)) this.#send(stream, method, params);
    }
  }

  /** Whether a stream follows a task of a legacy backend. */
  followsTask(backend: Backend, taskId: string): boolean {
    return this.#following(backend, taskId).length > 0;
  }

  /** Hands news of a task of a legacy backend to the streams that follow it. */
  taskChanged(backend: Backend, taskId: string, params: Payload): void {
    for (const stream of this.#following(backend, taskId)) this.#send(stream, 'notifications/tasks', params);
  }

  /** A backend that opens late or anew joins the streams that concern it. */
  backendOpened(backend: Backend): void {
    for (const stream of this.#streams) {
      const part = stream.upstream.get(backend);
      const missing = part === undefined || part instanceof AwaitedPart;
      if (missing && this.#concerned(stream).includes(backend)) this.#begin(stream, backend);
    }
  }

  backendGone(backend: Backend): void {
    for (const stream of this.#streams) {
      if (stream.upstream.delete(backend)) this.#acknowledgeIfComplete(stream);
    }
  }

  /** Ends all streams in an orderly way. */
  close(): void {
    for (const stream of [...this.#streams]) this.#finish(stream);
  }

  /** What may be heard takes time to decide about where a check does; a stream that is called off meanwhile never opens. */
  #open({ call }: Question, request: Request, filter: Json, done: (answer: Answer) => void): Sent {
    const { turn } = this.#session.engine;
    let stream: Stream | undefined;
    let dropped = false;
    const begin = (wanted: Wanted) => {
      if (!dropped) stream = this.#start(call, request, wanted, done);
    };
    const wanted = wantedOf(this.#session, call, filter);
    if (isPromise(wanted)) void wanted.then((found) => turn.run(() => begin(found)));
    else begin(wanted);
    const drop = () => {
      dropped = true;
      if (stream !== undefined) this.#drop(stream);
    };
    return { cancel: drop, withdraw: drop };
  }

  #start(call: Call, { frame, caller, outlet }: Request, wanted: Wanted, done: (answer: Answer) => void): Stream {
    const stream: Stream = {
      tag: frame.id.raw,
      caller,
      outlet,
      ...wanted,
      params: call.params!,
      upstream: new Map(),
      done,
      acknowledged: false,
      timer: undefined,
    };
    this.#streams.add(stream);
    for (const backend of this.#concerned(stream)) this.#await(stream, backend);
    const { turn } = this.#session.engine;
    stream.timer = setTimeout(() => turn.run(() => this.#acknowledge(stream)), ACK_MS).unref();
    this.#acknowledgeIfComplete(stream);
    return stream;
  }

  /** Open backends, and those a resource or task of the stream needs. */
  #concerned(stream: Stream): Backend[] {
    return visibleTo(this.#session).filter(
      (backend) => stream.uris.has(backend) || stream.tasks.has(backend) || (backend.isOpen && stream.lists.size > 0),
    );
  }

  /** What a backend can be asked for depends on its era, which is not known before it is open. */
  #await(stream: Stream, backend: Backend): void {
    const awaited = new AwaitedPart();
    stream.upstream.set(backend, awaited);
    backend.open(this.#session, (outage) => {
      if (stream.upstream.get(backend) !== awaited) return;
      if (outage === undefined) return this.#begin(stream, backend);
      stream.upstream.delete(backend);
      this.#acknowledgeIfComplete(stream);
    });
  }

  #begin(stream: Stream, backend: Backend): void {
    if (backend.era === 'legacy') {
      const part = new WatchedPart(stream, backend);
      stream.upstream.set(backend, part);
      return part.begin(() => this.#acknowledgeIfComplete(stream));
    }
    const part = new ListenedPart(stream, backend);
    stream.upstream.set(backend, part);
    part.begin((answer) => {
      stream.upstream.delete(backend);
      // A backend that is lost joins again when it is back; only its own answer ends its part for good.
      const ended = answer !== 'cancelled' && !('loss' in answer);
      if (ended && stream.acknowledged && stream.upstream.size === 0) this.#finish(stream);
      else this.#acknowledgeIfComplete(stream);
    });
  }

  #acknowledgeIfComplete(stream: Stream): void {
    if ([...stream.upstream.values()].every(({ agreed }) => agreed !== undefined)) this.#acknowledge(stream);
  }

  /** Says what is honoured: list changes always, since the gateway knows of them itself; the rest as agreed. */
  #acknowledge(stream: Stream): void {
    if (stream.acknowledged || !this.#streams.has(stream)) return;
    stream.acknowledged = true;
    clearTimeout(stream.timer);
    const uris: string[] = [];
    const taskIds: string[] = [];
    for (const [backend, { agreed }] of stream.upstream) {
      for (const uri of stringsOf(agreed?.resourceSubscriptions)) uris.push(this.#exposed(backend, uri));
      for (const task of stringsOf(agreed?.taskIds)) taskIds.push(sealTask(this.#session, backend, task));
    }
    const notifications = {
      ...listFilter(stream.lists),
      ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
      ...(taskIds.length > 0 ? { taskIds } : {}),
    };
    this.#send(stream, 'notifications/subscriptions/acknowledged', Payload.of(JSON.stringify({ notifications })));
  }

  #send(stream: Stream, method: string, params: Payload | undefined): void {
    if (stream.acknowledged) this.#session.notify(method, tagged(params, stream.tag), stream.outlet);
  }

  /** The gateway ends a stream: the result first, then the cancellation stdio asks for. */
  #finish(stream: Stream): void {
    this.#drop(stream);
    stream.done({
      ok: true,
      body: Payload.of(`{"resultType":"complete","_meta":{"${META.subscriptionId}":${stream.tag}}}`),
    });
    this.#session.stage(notificationLine('notifications/cancelled', Payload.of(`{"requestId":${stream.tag}}`)));
  }

  #drop(stream: Stream): void {
    this.#streams.delete(stream);
    clearTimeout(stream.timer);
    for (const part of stream.upstream.values()) part.end();
    stream.upstream.clear();
  }

  #following(backend: Backend, taskId: string): Stream[] {
    return [...this.#streams].filter(({ upstream }) => {
      const part = upstream.get(backend);
      return part instanceof WatchedPart && part.followsTask(taskId);
    });
  }

  #find(backend: Backend, id: number): { stream: Stream; upstream: Upstream } | undefined {
    for (const stream of this.#streams) {
      const upstream = stream.upstream.get(backend);
      if (upstream?.id === id) return { stream, upstream };
    }
    return undefined;
  }

  #exposed(backend: Backend, uri: string): string {
    return this.#session.engine.prefixed ? exposedUri(backend.name, uri) : uri;
  }
}
