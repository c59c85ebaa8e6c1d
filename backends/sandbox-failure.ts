import { whyNotLimited } from './limits/breach.ts';
import type { Exit } from './process.ts';

/** What bwrap and the programs around a backend say when it was not they who were meant to run. */
const OURS = /^(?:bwrap|sallyport): /;

/** Why what surrounds a backend could not be set up, when that is why it ended; undefined otherwise. */
export function sandboxFailure({ code }: Exit, said: string | undefined): string | undefined {
  const notLimited = whyNotLimited(code);
  if (notLimited !== undefined) return notLimited;
  return code !== 0 && said !== undefined && OURS.test(said) ? said : undefined;
}
