import type { IncomingMessage } from 'node:http';
import type { Clock } from '../model/clock.ts';
import { LOCAL_CLIENT } from '../model/principal.ts';
import { RPC } from '../protocol/revisions.ts';
import { type HttpRefusal, refused } from './answers.ts';
import { Attempts } from './attempts.ts';
import { headerLines } from './headers.ts';
import { type Holder, KeyRing } from './keys.ts';

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;
/** Names under which clients put keys into URLs, where every proxy and every history would keep them. */
const IN_URL = /(?:^|&)(?:access_token|api[_-]?key|x-api-key|key|token|authorization)=/i;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="sallyport"' };
const WAIT_SECONDS = '30';

/** Proves who asks: by a key, or, where none is configured and only this machine can ask, by that. */
export class Authentication {
  readonly #user: Holder;
  readonly #attempts: Attempts;
  #keys: KeyRing;

  /** `user` is the user of the operating system. */
  constructor(user: string, clock: Clock) {
    this.#user = {
      identity: { subject: user, clientId: LOCAL_CLIENT, roles: [], proof: 'os-user' },
      hash: '',
      expiresMs: undefined,
    };
    this.#attempts = new Attempts(clock);
    this.#keys = new KeyRing([], clock);
  }

  /** Puts other keys in force. */
  use(keys: KeyRing): void {
    this.#keys = keys;
  }

  honours(holder: Holder): boolean {
    return this.#keys.honours(holder);
  }

  /** Who asks, or how they are refused. A right key is never locked out by the wrong ones of a neighbour. */
  prove(request: IncomingMessage, query: string, address: string): Holder | HttpRefusal {
    if (IN_URL.test(query)) return this.#refuse(address, 'SP2002', 'A key must not stand in the URL');
    if (this.#keys.empty) return this.#user;
    const presented = presentedKey(request);
    const holder = presented === undefined ? undefined : this.#keys.find(presented);
    return holder ?? this.#refuse(address, 'SP2001', 'Not authenticated');
  }

  #refuse(address: string, code: 'SP2001' | 'SP2002', message: string): HttpRefusal {
    if (this.#attempts.failed(address)) {
      return refused(401, RPC.unauthenticated, message, { code, headers: CHALLENGE });
    }
    const headers = { ...CHALLENGE, 'Retry-After': WAIT_SECONDS };
    return refused(429, RPC.unauthenticated, 'Too many failed attempts (SP2003)', { headers });
  }
}

export function isHolder(proof: Holder | HttpRefusal): proof is Holder {
  return 'identity' in proof;
}

/** The one key of a request; two of them could be read as either. */
function presentedKey(request: IncomingMessage): string | undefined {
  const bearer = headerLines(request, 'authorization').map((line) => BEARER.exec(line)?.[1]);
  const [key, ...more] = [...bearer, ...headerLines(request, 'x-api-key')];
  return more.length === 0 ? key : undefined;
}
