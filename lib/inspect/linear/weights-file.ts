import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHANNELS } from '../../model/inspection.ts';
import type { ByChannel, Calibration } from './calibration.ts';
import { BUCKETS } from './features.ts';
import type { Weights } from './model.ts';

/** What stands beside the weights; the file says more, of where they come from, for people. */
export interface WeightsFacts {
  readonly tables: ByChannel<{ readonly scale: number; readonly bias: number }>;
  readonly calibration: Calibration;
}

/** Where the sources keep them, as seen from compiled code. */
const SOURCES = '../../../../lib/inspect/linear/';

/** Reads what `npm run train` wrote. The build puts it beside the chunks of the bundle. `here` is the URL of the code. */
export function shippedWeights(here = import.meta.url): { weights: ByChannel<Weights>; facts: WeightsFacts } {
  const facts = JSON.parse(bytesOf(here, 'weights.json').toString('utf8')) as WeightsFacts;
  const bytes = bytesOf(here, 'weights.bin');
  const expected = BUCKETS * CHANNELS.length;
  if (bytes.length !== expected) throw new Error(`weights.bin has ${bytes.length} bytes, not ${expected}`);
  const tables = CHANNELS.map((channel, index) => {
    const values = new Int8Array(bytes.buffer, bytes.byteOffset + BUCKETS * index, BUCKETS);
    return [channel, { values, ...facts.tables[channel] }];
  });
  return { weights: Object.fromEntries(tables) as unknown as ByChannel<Weights>, facts };
}

function bytesOf(here: string, name: string): Buffer {
  const beside = fileURLToPath(new URL(`./${name}`, here));
  return readFileSync(existsSync(beside) ? beside : fileURLToPath(new URL(`${SOURCES}${name}`, here)));
}
