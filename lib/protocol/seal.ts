import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes what a client must carry for us (cursors, request state, task ids) unreadable and unforgeable:
 * AES-256-GCM under a key that lives and dies with the process, bound to a purpose.
 */
export class Seal {
  readonly #key = randomBytes(32);
  readonly #nonceKey = randomBytes(32);

  /** Seals `value`; no two seals look alike. */
  close(purpose: string, value: unknown): string {
    return this.#seal(purpose, JSON.stringify(value), randomBytes(NONCE_BYTES));
  }

  /** Seals `value` so that the same value always gives the same text, for ids that are compared. */
  closeStably(purpose: string, value: unknown): string {
    const text = JSON.stringify(value);
    const nonce = createHmac('sha256', this.#nonceKey).update(`${purpose}\0${text}`).digest().subarray(0, NONCE_BYTES);
    return this.#seal(purpose, text, nonce);
  }

  #seal(purpose: string, text: string, nonce: Buffer): string {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    cipher.setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  }

  /** What was sealed for `purpose`; undefined for anything else, without saying why. */
  open(purpose: string, token: string): unknown {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== token) return undefined;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return JSON.parse(body.toString('utf8'));
    } catch {
      return undefined;
    }
  }
}
