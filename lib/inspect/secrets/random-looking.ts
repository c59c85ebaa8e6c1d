import type { Found } from '../found.ts';
import { entropyOf } from './entropy.ts';

const CANDIDATE = /[A-Za-z0-9+/=_-]{20,200}/g;
/** Bits a character from which nothing people write reaches this length. */
const LEAST_BITS = 4.2;
const HEX_OR_ID = /^(?:[0-9a-f-]+|[0-9A-F-]+|\d+)$/;

/** Runs of letters and digits without words in them: whoever asks for these accepts that ids are among them. */
export function randomLooking(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const [run] = match;
    if (HEX_OR_ID.test(run) || run.includes('//') || !mixes(run) || entropyOf(run) < LEAST_BITS) continue;
    found.push({ kind: 'random-text', start: match.index, end: match.index + run.length, confidence: 'likely' });
  }
  return found;
}

/** Capitals, small letters and digits, and no long run of any: words and paths have those. */
function mixes(run: string): boolean {
  return /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run) && !/[a-z]{8}|[A-Z]{8}/.test(run);
}
