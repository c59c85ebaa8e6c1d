import { createHash, hash } from 'node:crypto';
import type { AuditConfig } from '../model/config.ts';
import { type Mask, maskValue } from '../model/mask.ts';
import { byName } from '../model/memo.ts';
import { isPlain, safeJson } from '../model/safe-json.ts';
import { type Payload, sliceParts } from '../wire/payload.ts';

/** Arguments as they stand in a record; `digest` is of the bytes that were sent, when `shown` is not all. */
export interface Captured {
  /** JSON text, absent when nothing is to be shown. */
  readonly shown: string | undefined;
  readonly digest: string | undefined;
}

const NOTHING: Captured = { shown: undefined, digest: undefined };
const MOST_SHOWN = 4096;
/** Bigger arguments are not parsed for the record: their digest and size say enough. */
const MOST_PARSED = 64 * 1024;
const LONGEST_STRING = 64;
const MOST_PLAIN = 2048;

/** Names whose values are masked whatever they hold. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)?$|^pwd$|secret|token$|api[-_]?key|apikey|private[-_]?key|access[-_]?key|credential|authorization|cookie|^auth$|session[-_]?id|bearer/i;
const namesSecret = byName((key) => SECRET_NAME.test(key));

/** Captures arguments as `mode` says. `keys` are their own keys; `mask` replaces known secrets in any text. */
export function captureArguments(
  args: Payload | undefined,
  keys: readonly string[],
  mode: AuditConfig['includeArguments'],
  mask: Mask,
): Captured {
  if (args === undefined || mode === 'none') return NOTHING;
  if (mode === 'hash') return { shown: undefined, digest: digestOf(args) };
  const plain = mode === 'redacted' ? plainText(args, keys) : undefined;
  if (plain !== undefined && mask(plain) === plain) return { shown: plain, digest: undefined };
  if (args.size > MOST_PARSED) return { shown: `"[${args.size} bytes]"`, digest: digestOf(args) };
  const text = args.text();
  const value = JSON.parse(text) as unknown;
  const redaction = mode === 'full' ? UNCHANGED : new Redaction();
  const kept = mode === 'full' ? value : redaction.of(value);
  const raw = !redaction.changed && isPlain(text);
  const plainly = raw && !text.includes('\\') ? text : safeJson(kept);
  const masked = mask(plainly) !== plainly;
  const shown = masked ? safeJson(maskValue(kept, mask)) : raw ? text : plainly;
  if (Buffer.byteLength(shown) > MOST_SHOWN) return { shown: `"[${args.size} bytes]"`, digest: digestOf(args) };
  return { shown, digest: redaction.changed || masked ? digestOf(args) : undefined };
}

/**
 * The raw text of arguments in which nothing has to be redacted, found out without parsing them: flat, printable
 * ASCII, no long string, no key that names a secret. Undefined when any of that is in doubt.
 */
function plainText(args: Payload, keys: readonly string[]): string | undefined {
  if (args.size > MOST_PLAIN || args.parts.length !== 1 || keys.length === 0) return undefined;
  const bytes = args.parts[0]!;
  let quotedAt = -1;
  for (let i = args.from + 1; i < args.to; i++) {
    const c = bytes[i]!;
    if (c < 0x20 || c > 0x7e || c === 0x5c || c === 0x7b) return undefined;
    if (c !== 0x22) continue;
    if (quotedAt === -1) quotedAt = i;
    else if (i - quotedAt > LONGEST_STRING + 1) return undefined;
    else quotedAt = -1;
  }
  for (let i = 0; i < keys.length; i++) if (namesSecret(keys[i]!)) return undefined;
  return bytes.toString('latin1', args.from, args.to);
}

/** Keeps the structure; long strings become their length, values of keys that name secrets a mark. */
class Redaction {
  changed = false;

  /** Redacts in place: the value was parsed for this and belongs to nobody else. */
  of(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    const members = value as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      if (!Array.isArray(value) && namesSecret(key)) this.#set(members, key, '[redacted]');
      else if (typeof members[key] === 'object') this.of(members[key]);
      else if (typeof members[key] === 'string') this.#shorten(members, key, members[key]);
    }
    return value;
  }

  #shorten(members: Record<string, unknown>, key: string, text: string): void {
    const short = this.#text(text);
    if (short !== text) this.#set(members, key, short);
  }

  #text(text: string): string {
    if (text.length <= LONGEST_STRING) return text;
    this.changed = true;
    return `[${text.length} characters]`;
  }

  /** Defines instead of assigning, so that a key such as `__proto__` stays an ordinary one. */
  #set(members: Record<string, unknown>, key: string, text: string): void {
    this.changed = true;
    Object.defineProperty(members, key, { value: text, enumerable: true, configurable: true, writable: true });
  }
}

const UNCHANGED = new Redaction();

function digestOf(args: Payload): string {
  if (args.parts.length === 1) return hash('sha256', args.bytes(), 'hex');
  const digest = createHash('sha256');
  for (const piece of sliceParts(args.parts, args.from, args.to)) digest.update(piece);
  return digest.digest('hex');
}
