import type { IncomingMessage } from 'node:http';
import type { EgressVia } from '../../lib/model/egress.ts';
import { isLoopbackHost } from '../../lib/model/loopback.ts';
import type { Connected, Connector } from './connector.ts';
import type { Destination } from './destination.ts';
import { type RelayedRequest, readRelayed } from './http-headers.ts';
import type { Refusal } from './refusal.ts';

/** How requests of a client are read, completed and sent. */
export interface Way {
  readonly via: EgressVia;
  /** A text that says why when two programs could read it differently. */
  read(request: IncomingMessage): RelayedRequest | string;
  completed(request: RelayedRequest): RelayedRequest | Refusal;
  /** Never rejects. `gone` is aborted when nobody waits for the connection any more. */
  connect(to: Destination, gone: AbortSignal): Promise<Connected>;
}

/** Requests to a proxy, with a whole URL, which are sent as they come: without TLS. */
export class ProxyWay implements Way {
  readonly via = 'http';
  readonly #connector: Connector;

  constructor(connector: Connector) {
    this.#connector = connector;
  }

  read(request: IncomingMessage): RelayedRequest | string {
    return readRelayed(request);
  }

  completed(request: RelayedRequest): RelayedRequest | Refusal {
    return complete(request, isLoopbackHost(request.to.host), this.via, this.#connector);
  }

  connect(to: Destination, gone: AbortSignal): Promise<Connected> {
    return this.#connector.connect(to, this.via, gone);
  }
}

/** The request as it is sent; a refusal, which is written down, for what must not be sent there. */
export function complete(
  request: RelayedRequest,
  isSecret: boolean,
  via: EgressVia,
  connector: Connector,
): RelayedRequest | Refusal {
  const completed = connector.seeing?.completed(request, isSecret) ?? request;
  return 'effect' in completed ? connector.refuse(request.to, via, completed) : completed;
}
