import type { IncomingMessage } from 'node:http';
import type { SecureContext } from 'node:tls';
import type { EgressVia } from '../../lib/model/egress.ts';
import type { Connection } from '../egress/connection.ts';
import type { Connected, Connector } from '../egress/connector.ts';
import { type Destination, HTTP_PORT, HTTPS_PORT } from '../egress/destination.ts';
import { type RelayedRequest, readSent } from '../egress/http-headers.ts';
import { Refusal } from '../egress/refusal.ts';
import { complete, type Way } from '../egress/way.ts';
import { speakTls } from './tls-ends.ts';

/** A target in origin-form (RFC 9112, 3.2.1). */
const ORIGIN_FORM = /^\/[^#]*$/;
const AGREE_WITHIN_MS = 10_000;

/** Requests of a client that believes to speak to one host itself. */
export class SeenWay implements Way {
  readonly via: EgressVia;
  readonly #connector: Connector;
  readonly #to: Destination;
  /** Undefined where nothing is encrypted. */
  readonly #roots: (() => SecureContext) | undefined;
  #first: Connection | undefined;

  /** `first` is the connection that was made when the client asked for the host. */
  constructor(first: Connection, via: EgressVia, connector: Connector, roots: (() => SecureContext) | undefined) {
    this.#first = first;
    this.#to = first.to;
    this.via = via;
    this.#connector = connector;
    this.#roots = roots;
  }

  read(request: IncomingMessage): RelayedRequest | string {
    const { url = '' } = request;
    if (!ORIGIN_FORM.test(url)) return 'its target is no path';
    return readSent(request, this.#to, url, this.#roots === undefined ? HTTP_PORT : HTTPS_PORT);
  }

  completed(request: RelayedRequest): RelayedRequest | Refusal {
    // What is not encrypted gets here only on loopback.
    return complete(request, true, this.via, this.#connector);
  }

  async connect(to: Destination, gone: AbortSignal): Promise<Connected> {
    const first = this.#first;
    this.#first = undefined;
    const connected = first?.socket.readyState === 'open' ? first : await this.#connector.connect(to, this.via, gone);
    if (connected instanceof Refusal || this.#roots === undefined) return connected;
    return speakTls(connected, this.#roots(), AGREE_WITHIN_MS);
  }
}
