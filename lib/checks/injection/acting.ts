import type { Piece } from '../../inspect/assessment.ts';
import type { Edit } from '../../model/decision.ts';
import type { Channel, InjectionAction, InjectionConfig } from '../../model/inspection.ts';
import type { Later } from '../../model/later.ts';
import { then } from '../../model/later.ts';
import type { Payload } from '../../wire/payload.ts';
import { type Examined, type Outcome, outcomeOf } from './examined.ts';
import type { Examiner } from './examiner.ts';
import { redaction } from './redact.ts';

/** What is done about a message: nothing, a record, a mark, taking out what was found, or a refusal. */
export type Act = 'pass' | 'record' | 'flag' | 'redact' | 'block';

/** How the config wants messages treated. */
export interface Treatment {
  readonly config: InjectionConfig;
  /** Whether what could not be looked at is refused even where what is found is flagged. */
  readonly strict: boolean;
}

/**
 * Hidden instructions are blocked wherever they come from a server, unless everything is only recorded; arguments are
 * treated the same whatever was found in them. What nobody looked at is refused wherever what is found would not pass, or
 * a flood of small texts would carry anything past.
 */
export function actOn({ config, strict }: Treatment, channel: Channel, outcome: Outcome): Act {
  const action: InjectionAction = config.actions[channel];
  if (outcome === 'clean') return 'pass';
  if (action === 'log') return 'record';
  if (outcome === 'unseen') return strict || action !== 'flag' ? 'block' : 'flag';
  return outcome === 'structural' && channel !== 'args' ? 'block' : action;
}

/** The edit after which a message has nothing left to be found; undefined when there is none, so that it must be refused. */
export function cleaning(
  { examiner, treatment }: { readonly examiner: Examiner; readonly treatment: Treatment },
  body: Payload,
  channel: Channel,
  { pieces, structural, hits }: Examined,
  looksAt?: (piece: Piece) => boolean,
): Later<Edit | undefined> {
  const edit = redaction(pieces, [...structural, ...hits]);
  if (edit === undefined) return undefined;
  return then(examiner.examine(edit.apply(body), channel, { looksAt }), (again) => {
    const left = outcomeOf(again, treatment.config.blockThreshold);
    return left === 'clean' && again.failed === undefined ? edit : undefined;
  });
}
