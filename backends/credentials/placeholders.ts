import { randomBytes } from 'node:crypto';
import { CredentialFault, type CredentialVariable } from '../../lib/model/credentials.ts';
import type { EgressVerdict } from '../../lib/model/egress.ts';
import { type Destination, HTTP_PORT, HTTPS_PORT } from '../egress/destination.ts';
import type { RelayedRequest } from '../egress/http-headers.ts';

/** A secret with what stands for it in the hands of the backend, and the hosts it is for. */
interface Held {
  readonly variable: string;
  readonly secret: string;
  readonly placeholder: string;
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[];
}

/** What a header can carry and no program cuts off. */
const ONE_LINE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const BASIC = /^(basic +)([A-Za-z0-9+/_-]+=*)\s*$/i;

/** Puts secrets in the place of what stands for them, in requests to the hosts they are for. */
export class Placeholders {
  readonly #held: readonly Held[];

  /** Throws a {@link CredentialFault} for a secret no header can carry. */
  constructor(variables: readonly CredentialVariable[], secrets: readonly string[]) {
    this.#held = variables.map(({ name, like, hosts }, at) => {
      const secret = secrets[at]!;
      if (!ONE_LINE.test(secret)) {
        throw new CredentialFault(`the secret for ${name} is no line of visible ASCII`, 'no header can carry it');
      }
      const placeholder = `${like}sallyport_${randomBytes(16).toString('hex')}`;
      return { variable: name, secret, placeholder, hosts: hosts.map(readListed) };
    });
  }

  /** What the backend has in their place, by variable. */
  get variables(): Record<string, string> {
    return Object.fromEntries(this.#held.map(({ variable, placeholder }) => [variable, placeholder]));
  }

  /** Whether any secret is for this host. */
  isFor(to: Destination): boolean {
    return this.#held.some(({ hosts }) => isListed(hosts, to));
  }

  /** The request with its secrets; a verdict when one of them must not be sent there. */
  filled(request: RelayedRequest, isSecret: boolean): RelayedRequest | EgressVerdict {
    const { to, path, headers } = request;
    const named = this.#held.filter((held) => isNamed(held, request));
    if (named.length === 0) return request;
    if (named.some(({ hosts }) => !isListed(hosts, to))) return refused('it carries a credential for another host');
    if (!isSecret) return refused('it would carry a credential unencrypted');
    const at = path.indexOf('?');
    const query = at === -1 ? '' : named.reduce((text, held) => inQuery(text, held), path.slice(at));
    const isValue = (index: number) => index % 2 === 1;
    return {
      ...request,
      path: at === -1 ? path : path.slice(0, at) + query,
      headers: headers.map((text, index) => (isValue(index) ? named.reduce(inHeader, text) : text)),
    };
  }
}

function refused(text: string): EgressVerdict {
  return { effect: 'deny', code: 'SP5026', text };
}

/** A host without a port is meant at those of the web. */
function readListed(text: string): Held['hosts'][number] {
  const [host, port] = text.toLowerCase().split(':') as [string, string?];
  return { host, port: port === undefined ? undefined : Number(port) };
}

function isListed(hosts: Held['hosts'], to: Destination): boolean {
  const isOfWeb = to.port === HTTPS_PORT || to.port === HTTP_PORT;
  return hosts.some(({ host, port }) => host === to.host && (port === undefined ? isOfWeb : port === to.port));
}

function isNamed({ placeholder }: Held, { path, headers }: RelayedRequest): boolean {
  return [path, ...headers].some((text) => text.includes(placeholder) || decoded(text)?.includes(placeholder) === true);
}

function inQuery(query: string, { placeholder, secret }: Held): string {
  return query.replaceAll(placeholder, () => encodeURIComponent(secret));
}

function inHeader(value: string, { placeholder, secret }: Held): string {
  const plain = decoded(value);
  if (plain?.includes(placeholder) !== true) return value.replaceAll(placeholder, () => secret);
  const filled = plain.replaceAll(placeholder, () => secret);
  return `${BASIC.exec(value)![1]}${Buffer.from(filled, 'latin1').toString('base64')}`;
}

/** What stands behind `Basic` (RFC 7617), byte by byte; undefined for other values. */
function decoded(value: string): string | undefined {
  const [, , encoded] = BASIC.exec(value) ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('latin1');
}
