import { createHash } from 'node:crypto';

/** The hash of a record as the format says: SHA-256 over the raw bytes before `,"hash"`. */
export function hashOf(line: string): string {
  return createHash('sha256')
    .update(line.slice(0, line.lastIndexOf(',"hash":"')), 'utf8')
    .digest('hex');
}

export function memberOf(line: string, name: 'prev' | 'hash'): string {
  return new RegExp(`"${name}":"([0-9a-f]{64})"`).exec(line)![1]!;
}

/** The line with the hash its bytes deserve, as a forger would write it who stops there. */
export function rehashed(line: string): string {
  return line.replace(/"hash":"[0-9a-f]{64}"\}$/, `"hash":"${hashOf(line)}"}`);
}
