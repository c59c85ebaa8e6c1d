import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed text is for: one for another purpose is none. */
export type Purpose = 'grant' | 'pending';

/** `value` as a line of JSON, and below it a line with its HMAC-SHA256 under `key`. */
export function signed(purpose: Purpose, value: unknown, key: Buffer): string {
  const line = JSON.stringify(value);
  return `${line}\n${macOf(purpose, line, key).toString('hex')}\n`;
}

/** What was signed; undefined for a text that is not, byte for byte, one of ours for this purpose. */
export function verified(purpose: Purpose, text: string, key: Buffer): unknown {
  const [line = '', mac = '', ...rest] = text.split('\n');
  if (rest.length !== 1 || rest[0] !== '' || !/^[0-9a-f]{64}$/.test(mac)) return undefined;
  if (!timingSafeEqual(macOf(purpose, line, key), Buffer.from(mac, 'hex'))) return undefined;
  return JSON.parse(line);
}

function macOf(purpose: Purpose, line: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`sallyport ${purpose} 1\0`).update(line).digest();
}
