import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate } from '../../../backends/credentials/certificate.ts';
import {
  bits,
  identifier,
  integer,
  numbered,
  octets,
  sequence,
  set,
  text,
  time,
  truth,
} from '../../../backends/credentials/der.ts';

/** What a certificate of a client says. */
export interface Issued {
  readonly commonName?: string;
  /** Names as in a config of OpenSSL: `URI:…`, `DNS:…`, `email:…`. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
  /** What its key may be used for. */
  readonly purpose?: 'client' | 'server';
}

/** A certificate with its key, both in PEM. */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 over it, 64 hex digits. */
  readonly fingerprint: string;
}

const HOUR_MS = 3_600_000;
const TAGS: Readonly<Record<string, number>> = { email: 1, DNS: 2, URI: 6 };
const ECDSA_WITH_SHA256 = sequence(identifier('1.2.840.10045.4.3.2'));
const PURPOSES = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' };

/** An authority that issues certificates to clients, whatever they should say. */
export class ClientAuthority {
  readonly name: string;
  readonly ca: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(name = 'clients') {
    this.name = name;
    const issuer = { subject: name, ...this.#keys };
    const { publicKey } = this.#keys;
    const [from, until] = [new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS)];
    this.ca = certificate({ subject: name, publicKey, issuer, from, until, host: undefined });
  }

  issue({ commonName = 'client', names = [], from, until, purpose = 'client' }: Issued): ClientIdentity {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const toSign = sequence(
      numbered(0, true, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
      ECDSA_WITH_SHA256,
      named(this.name),
      sequence(time(from ?? new Date(Date.now() - HOUR_MS)), time(until ?? new Date(Date.now() + HOUR_MS))),
      named(commonName),
      own.publicKey.export({ type: 'spki', format: 'der' }),
      numbered(3, true, sequence(...this.#extensions(names, purpose))),
    );
    const signature = sign('sha256', toSign, this.#keys.privateKey);
    const bytes = sequence(toSign, ECDSA_WITH_SHA256, bits(signature));
    const cert = new X509Certificate(bytes).toString();
    return { cert, key: pemOf(own.privateKey), fingerprint: createHash('sha256').update(bytes).digest('hex') };
  }

  #extensions(names: readonly string[], purpose: 'client' | 'server'): Buffer[] {
    return [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
      extension('2.5.29.37', false, sequence(identifier(PURPOSES[purpose]))),
      ...(names.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...names.map(nameIn)))]),
    ];
  }
}

/** Files of a server for this machine that asks its clients for certificates of `ca`. */
export function tlsFiles(folder: string, ca: string): { readonly tls: object; readonly trusted: string } {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { subject: 'servers', ...root };
  const [from, until] = [new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS)];
  const trusted = certificate({ subject: 'servers', publicKey: root.publicKey, issuer, from, until, host: undefined });
  const cert = certificate({ subject: 'localhost', publicKey: own.publicKey, issuer, from, until, host: '127.0.0.1' });
  const write = (name: string, pem: string) => {
    writeFileSync(join(folder, name), pem);
    return join(folder, name);
  };
  const key = write('server.key', pemOf(own.privateKey));
  return { tls: { cert: write('server.crt', cert), key, client_ca: write('clients.crt', ca) }, trusted };
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function named(commonName: string): Buffer {
  return sequence(set(sequence(identifier('2.5.4.3'), text(commonName))));
}

function nameIn(written: string): Buffer {
  const colon = written.indexOf(':');
  return numbered(TAGS[written.slice(0, colon)]!, false, Buffer.from(written.slice(colon + 1), 'latin1'));
}

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
  return sequence(identifier(id), ...(isCritical ? [truth] : []), octets(value));
}
