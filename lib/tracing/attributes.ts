import type { Done } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Reason } from '../model/decision.ts';
import { type Mask, maskValue } from '../model/mask.ts';
import { printable } from '../model/printable.ts';
import type { OpenTrace } from './open-trace.ts';
import type { FinishedSpan } from './span-sink.ts';

type Attributes = Record<string, string | number | boolean>;
/** What a span is told of a request. */
export type Described = Pick<Call, 'action' | 'resource' | 'principal' | 'id'>;

/** The code of a JSON-RPC error, as text. */
const STATUS = 'rpc.response.status_code';
const MOST_TEXT = 256;
const MOST_ARGUMENTS = 4096;
/** Larger arguments are not looked at for a span. */
const MOST_READ = 64 * 1024;

export interface DescribeGround {
  readonly mask: Mask;
  readonly captureArguments: boolean;
  /** Whether a backend is reached over the network. */
  isRemote(backend: string): boolean;
}

/** Says of a request what the conventions for MCP ask for, and what was decided. */
export class Describe {
  readonly #ground: DescribeGround;

  constructor(ground: DescribeGround) {
    this.#ground = ground;
  }

  /** The span towards the client: the whole request, with what the client was told. */
  server(
    call: Described,
    trace: OpenTrace,
    endMs: number,
    done: Done | undefined,
    reason: Reason | undefined,
  ): FinishedSpan {
    const { start, decision, parent } = trace;
    const error = this.#errorOf(done, reason);
    const refused = done?.decision?.reason ?? reason ?? decision?.wouldDeny;
    const attributes: Attributes = {
      ...this.#named(call),
      'jsonrpc.request.id': this.#text(start.requestId),
      'network.transport': start.overHttp ? 'tcp' : 'pipe',
      'sallyport.decision': decision?.effect ?? (reason === undefined ? 'allow' : 'deny'),
      'sallyport.decision.id': call.id,
      'sallyport.client': this.#text(call.principal.clientId),
    };
    if (start.revision !== undefined) attributes['mcp.protocol.version'] = this.#text(start.revision);
    const code = refused?.code ?? done?.code;
    if (code !== undefined) attributes['sallyport.code'] = code;
    if (refused?.rule !== undefined) attributes['sallyport.rule'] = this.#text(refused.rule);
    if (decision?.wouldDeny !== undefined) attributes['sallyport.would_deny'] = true;
    if (trace.args !== undefined) attributes['gen_ai.tool.call.arguments'] = trace.args;
    if (trace.status !== undefined) attributes[STATUS] = this.#text(trace.status);
    if (error !== undefined) attributes['error.type'] = error;
    return {
      name: this.#nameOf(call),
      kind: 'server',
      traceId: trace.traceId,
      spanId: trace.spanId,
      parent: parent && { spanId: parent.spanId, remote: true },
      state: parent?.state,
      links: trace.links,
      startMs: trace.startMs,
      endMs,
      attributes,
      failed: error !== undefined,
    };
  }

  /** The span towards the backend: the time it had the request. */
  client(call: Described, trace: OpenTrace, endMs: number, done: Done): FinishedSpan {
    const { backend } = call.resource;
    // What the gateway held back is no fault of the backend.
    const error = done.outcome === 'withheld' ? undefined : this.#errorOf(done, undefined);
    const attributes: Attributes = {
      ...this.#named(call),
      'network.transport': this.#ground.isRemote(backend) ? 'tcp' : 'pipe',
    };
    // A list of several backends is one span of several requests.
    const asked = backend === '' ? undefined : trace.asked;
    if (asked !== undefined) attributes['jsonrpc.request.id'] = String(asked.id);
    if (asked?.revision !== undefined) attributes['mcp.protocol.version'] = this.#text(asked.revision);
    if (asked !== undefined && trace.backendStatus !== undefined) attributes[STATUS] = this.#text(trace.backendStatus);
    if (error !== undefined) attributes['error.type'] = error;
    return {
      name: this.#nameOf(call),
      kind: 'client',
      traceId: trace.traceId,
      spanId: trace.clientSpanId,
      parent: { spanId: trace.spanId, remote: false },
      state: trace.parent?.state,
      links: [],
      startMs: trace.sentMs!,
      endMs,
      attributes,
      failed: error !== undefined,
    };
  }

  /** The arguments as they are recorded, without secrets; undefined where they are not told. */
  argumentsOf({ args, action }: Call): string | undefined {
    if (!this.#ground.captureArguments || args === undefined || action !== 'tools/call') return undefined;
    if (args.size > MOST_READ) return `[${args.size} bytes]`;
    const text = JSON.stringify(maskValue(args.json(), this.#ground.mask));
    return printable(this.#ground.mask(text), MOST_ARGUMENTS);
  }

  #named({ action, resource: { backend, type, id } }: Described): Attributes {
    const attributes: Attributes = { 'mcp.method.name': this.#text(action) };
    if (backend !== '') attributes['sallyport.backend'] = this.#text(backend);
    if (type === 'tool') attributes['gen_ai.tool.name'] = this.#text(id);
    if (action === 'tools/call') attributes['gen_ai.operation.name'] = 'execute_tool';
    if (type === 'prompt') attributes['gen_ai.prompt.name'] = this.#text(id);
    // What stands behind the path of a URI may be anything, also a key.
    if (type === 'resource') attributes['mcp.resource.uri'] = this.#text(id.replace(/[?#].*$/s, ''));
    return attributes;
  }

  #nameOf({ action, resource: { type, id } }: Described): string {
    const target = type === 'tool' || type === 'prompt' ? ` ${id}` : '';
    return this.#text(`${action}${target}`);
  }

  #errorOf(done: Done | undefined, reason: Reason | undefined): string | undefined {
    if (done === undefined) return reason?.code;
    if (done.outcome === 'ok') return undefined;
    if (done.outcome === 'tool_error') return 'tool_error';
    if (done.outcome === 'withheld') return done.decision?.reason?.code ?? 'withheld';
    const rpc = done.reply?.ok === false ? done.reply.body.member('code')?.text() : undefined;
    return done.code ?? (rpc === undefined ? done.outcome : this.#text(rpc));
  }

  /** Names come from clients and servers: they are cut, printable, and hold no secret of ours. */
  #text(text: string): string {
    return printable(this.#ground.mask(text), MOST_TEXT);
  }
}
