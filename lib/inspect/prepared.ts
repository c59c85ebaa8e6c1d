import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a table is made of; another order of bytes in memory makes another table. */
export type MadeOf = readonly (string | Uint8Array | Uint16Array)[];

const DIGEST_BYTES = 32;
const BYTE_ORDER = new Uint16Array([1]);

/**
 * A table that the build has made (`scripts/rules/prepared.ts`): making the large ones at every start takes 40 ms of processor
 * time, and 20 MB that the engine keeps for good. Undefined when there is none that is made of exactly this; then it is
 * made anew.
 */
export function readPrepared(name: string, madeOf: MadeOf): Buffer | undefined {
  const file = dataFile(`${name}.bin`);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return bytes.subarray(0, DIGEST_BYTES).equals(digestOf(madeOf)) ? bytes.subarray(DIGEST_BYTES) : undefined;
}

/** The same as it is written into the file. */
export function toPrepared(table: Uint8Array, madeOf: MadeOf): Buffer {
  return Buffer.concat([digestOf(madeOf), table]);
}

/** Where a compiled data file stands: among the chunks of the bundle, or in `data/` beside the code that is not bundled. */
export function dataFile(name: string, here = import.meta.url): string {
  const places = ['./', './chunks/', './data/'].map((folder) => fileURLToPath(new URL(`${folder}${name}`, here)));
  return places.find((file) => existsSync(file)) ?? places.at(-1)!;
}

function digestOf(madeOf: MadeOf): Buffer {
  const hash = createHash('sha256').update(BYTE_ORDER);
  for (const part of madeOf) hash.update(part).update('\0');
  return hash.digest();
}
