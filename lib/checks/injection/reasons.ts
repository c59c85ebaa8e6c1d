import type { Code } from '../../model/codes.ts';
import type { Reason } from '../../model/decision.ts';
import type { Channel } from '../../model/inspection.ts';
import { type Examined, type Outcome, pointerOf, spanHash } from './examined.ts';

const RULE = 'security.injection';

/** Which code stands for what was found there. */
export function codeOf(channel: Channel, outcome: Outcome): Code {
  if (outcome === 'unseen') return 'SP3205';
  if (outcome === 'structural') return 'SP3203';
  return channel === 'args' ? 'SP3201' : channel === 'result' ? 'SP3202' : 'SP3204';
}

const WHAT = {
  scored: 'text that reads like instructions to an assistant',
  structural: 'text that is hidden from readers',
  unseen: 'more than could be looked at',
  clean: 'nothing of note',
} as const;

/** Why a message is refused; neither what was found nor how much it takes. */
export function refusal(channel: Channel, outcome: Outcome, examined: Examined): Reason {
  const code = codeOf(channel, outcome);
  if (channel === 'args') {
    return { code, text: `the request holds ${WHAT[outcome]}`, rule: RULE, ...placeOf(examined), fix: fixOf(examined) };
  }
  const text =
    channel === 'result'
      ? `the answer holds ${WHAT[outcome]}, so it was withheld; what was asked for was done, do not repeat it`
      : `what the server says of it holds ${WHAT[outcome]}`;
  return { code, text, rule: RULE, ...placeOf(examined), fix: fixOf(examined) };
}

/** Why what a detector should have judged is refused. */
export function unjudged(detector: string): Reason {
  const text = 'what judges texts could not be asked';
  return { code: 'SP3206', text, rule: `security.injection.detectors (${detector})`, retry: 'later' };
}

function placeOf({ structural, hits, pieces }: Examined): { at?: string } {
  const piece = pieces[[...structural, ...hits][0]?.piece ?? -1];
  return piece === undefined ? {} : { at: pointerOf(piece) };
}

function fixOf({ structural, hits, pieces }: Examined): string {
  const hashes = [...structural, ...hits].flatMap((hit) => spanHash(hit, pieces) ?? []);
  return hashes.length === 0
    ? 'set `security.injection.action` or a higher `block_threshold`'
    : `if it is harmless, add sha256 ${hashes[0]} to security.injection.allow, with a reason`;
}
