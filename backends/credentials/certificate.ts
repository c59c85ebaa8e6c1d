import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, identifier, integer, numbered, octets, sequence, set, text, time, truth } from './der.ts';

/** A certificate of version 3 (RFC 5280) with a key on P-256. */
export interface CertificateRequest {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly subject: string; readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly from: Date;
  readonly until: Date;
  /** The name or the IPv4 address it is for; undefined for one that issues others. */
  readonly host: string | undefined;
}

const VERSION_3 = numbered(0, true, integer(Buffer.from([2])));
const ECDSA_WITH_SHA256 = sequence(identifier('1.2.840.10045.4.3.2'));
const COMMON_NAME = identifier('2.5.4.3');
const SERVER_AUTHENTICATION = identifier('1.3.6.1.5.5.7.3.1');
const [DNS_NAME, IP_ADDRESS] = [2, 7] as const;

/** Issues it, as PEM. */
export function certificate({ subject, publicKey, issuer, from, until, host }: CertificateRequest): string {
  const extensions = [
    extension('2.5.29.14', false, octets(keyId(publicKey))),
    extension('2.5.29.35', false, sequence(numbered(0, false, keyId(issuer.publicKey)))),
    ...(host === undefined ? ofAuthority() : ofServer(host)),
  ];
  const toSign = sequence(
    VERSION_3,
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    nameOf(issuer.subject),
    sequence(time(from), time(until)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    numbered(3, true, sequence(...extensions)),
  );
  const signature = sign('sha256', toSign, issuer.privateKey);
  const encoded = sequence(toSign, ECDSA_WITH_SHA256, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${encoded.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** It issues certificates of servers, and no authorities below it. */
function ofAuthority(): Buffer[] {
  const noneBelow = integer(Buffer.from([0]));
  return [
    extension('2.5.29.19', true, sequence(truth, noneBelow)),
    extension('2.5.29.15', true, bits(Buffer.from([0b0000_0100]), 2)),
  ];
}

function ofServer(host: string): Buffer[] {
  const name = isIPv4(host)
    ? numbered(IP_ADDRESS, false, Buffer.from(host.split('.').map(Number)))
    : numbered(DNS_NAME, false, Buffer.from(host, 'latin1'));
  return [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.37', false, sequence(SERVER_AUTHENTICATION)),
    extension('2.5.29.17', false, sequence(name)),
  ];
}

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
  return sequence(identifier(id), ...(isCritical ? [truth] : []), octets(value));
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(COMMON_NAME, text(commonName))));
}

/** Any number that is the same for the same key will do (RFC 7093). */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

/** Positive, with 127 bits nobody can foresee. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}
