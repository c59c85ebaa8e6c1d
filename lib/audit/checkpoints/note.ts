import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/*
 * Signed notes (c2sp.org/signed-note): a text, an empty line, and a line for each signature.
 */

const ED25519 = 0x01;
const ID_BYTES = 4;
const KEY_BYTES = 32;
/** An Ed25519 key in DER without the key itself (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const DASH = '\u2014 ';
const NAME = /^[^\s+]+$/;
/** Notes of others may carry several signatures; more than this are not looked at. */
const MOST_SIGNATURES = 32;

/** Whom a note is believed. */
export interface Verifier {
  readonly name: string;
  /** First bytes of a hash of name and key, hexadecimal. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface Signer extends Verifier {
  readonly privateKey: KeyObject;
}

export interface Signature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Buffer;
}

export interface Note {
  /** With its last newline; what is signed. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** How a signature stands: by a key nobody named it proves nothing, and a false one by a key that was named is a lie. */
export type Standing = 'signed' | 'unknown' | 'false';

/** The verifier by its key; the name is made of the key, so that it stays whatever the machine is called. */
export function verifierOf(key: KeyObject): Verifier {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('the key is not one for Ed25519');
  const raw = rawOf(publicKey);
  const name = `sallyport/${hash('sha256', raw, 'hex').slice(0, 16)}`;
  return { name, id: idOf(name, raw), publicKey };
}

export function signerOf(privateKey: KeyObject): Signer {
  return { ...verifierOf(privateKey), privateKey };
}

/** `name+id+key`, as verifiers of notes are handed on. */
export function verifierText({ name, id, publicKey }: Verifier): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), rawOf(publicKey)]).toString('base64')}`;
}

/** The verifier that {@link verifierText} wrote; undefined for any other text. */
export function parseVerifier(text: string): Verifier | undefined {
  const [, name, id, key] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  if (name === undefined || id === undefined || key === undefined) return undefined;
  const bytes = Buffer.from(key, 'base64');
  const raw = bytes.subarray(1);
  if (bytes[0] !== ED25519 || raw.length !== KEY_BYTES || idOf(name, raw) !== id) return undefined;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  return { name, id, publicKey };
}

/** A note over `text`, which ends with a newline. */
export function signedNote(text: string, { name, id, privateKey }: Signer): string {
  const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text, 'utf8'), privateKey)]);
  return `${text}\n${DASH}${name} ${signature.toString('base64')}\n`;
}

/** Undefined when `note` is none, or not to its end. */
export function parseNote(note: string): Note | undefined {
  const split = note.lastIndexOf('\n\n');
  if (split < 1 || !note.endsWith('\n') || hasControls(note)) return undefined;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return undefined;
  const signatures = lines.map(signatureIn);
  if (signatures.some((one) => one === undefined)) return undefined;
  return { text: note.slice(0, split + 1), signatures: signatures as Signature[] };
}

/** Whether one of `verifiers` signed it. One false signature by any of them spoils the note. */
export function standing({ text, signatures }: Note, verifiers: readonly Verifier[]): Standing {
  let signed = false;
  for (const { name, id, bytes } of signatures) {
    const verifier = verifiers.find((one) => one.name === name && one.id === id);
    if (verifier === undefined) continue;
    if (!verify(null, Buffer.from(text, 'utf8'), verifier.publicKey, bytes)) return 'false';
    signed = true;
  }
  return signed ? 'signed' : 'unknown';
}

/** Whether a line of a file of notes is one of a signature. */
export function isSignatureLine(line: string): boolean {
  return line.startsWith(DASH);
}

/** Whether there is a control character other than a newline, which no note may have. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit < 0x20 && unit !== 0x0a) || unit === 0x7f) return true;
  }
  return false;
}

function signatureIn(line: string): Signature | undefined {
  if (!line.startsWith(DASH)) return undefined;
  const [name, text, ...rest] = line.slice(DASH.length).split(' ');
  if (name === undefined || text === undefined || rest.length > 0 || !NAME.test(name)) return undefined;
  const bytes = exactBase64(text);
  if (bytes === undefined || bytes.length <= ID_BYTES) return undefined;
  return { name, id: bytes.toString('hex', 0, ID_BYTES), bytes: bytes.subarray(ID_BYTES) };
}

/** The bytes of a base64 text that is written in the one way it can be. */
function exactBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function idOf(name: string, raw: Buffer): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(ED25519), raw]);
  return hash('sha256', named, 'hex').slice(0, 2 * ID_BYTES);
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);
}
