import { basename } from 'node:path';
import type { ShippingConfig } from '../../model/shipping.ts';
import { segmentsIn } from '../files.ts';
import { cursorPath, readCursor } from './cursor.ts';
import { segmentOf, shippingFolder } from './log-files.ts';

/** What has to stay although its time is over, since a destination does not have it yet. */
export interface Unshipped {
  /** Paths that may not be deleted. */
  readonly kept: ReadonlySet<string>;
  /** Those that are given up, since more waits than the config allows. */
  readonly givenUp: readonly string[];
}

/**
 * Looks through the segments in `dir` nobody wrote to within `retentionMs`. The newest of those that were not shipped are
 * kept, as many as fit into `maxUnshippedBytes`. A destination without a cursor for a log has nothing of it.
 */
export function unshippedIn(dir: string, shipping: ShippingConfig, nowMs: number, retentionMs: number): Unshipped {
  const kept = new Set<string>();
  const givenUp: string[] = [];
  let bytes = 0;
  const old = segmentsIn(dir).filter(({ changedMs }) => nowMs - changedMs > retentionMs);
  for (const { path, bytes: size } of old.reverse()) {
    if (size === 0 || shipping.destinations.every((one) => has(shippingFolder(dir, one), path, size))) continue;
    bytes += size;
    if (bytes <= shipping.maxUnshippedBytes) kept.add(path);
    else givenUp.push(path);
  }
  return { kept, givenUp };
}

/** Whether a destination has all of a segment. In doubt it has not. */
function has(folder: string, path: string, size: number): boolean {
  const { log, segment } = segmentOf(basename(path)) ?? {};
  if (log === undefined || segment === undefined) return true;
  try {
    const at = readCursor(cursorPath(folder, log))?.at;
    return at !== undefined && (at.segment > segment || (at.segment === segment && at.offset >= size));
  } catch {
    return false;
  }
}
