import { type CodeEntry, entry } from './code-entry.ts';

/** What can be wrong with records on their way elsewhere. */
export const SHIPPING_CODES = {
  SP7020: entry(
    'A destination does not take records.',
    'Mend what the message says; nothing is lost, and what waits in the log is sent by itself once it can be.',
  ),
  SP7021: entry(
    'A destination refused a record for what it is.',
    'See `dead-letters.jsonl` in the folder `shipping` of the log; the record is still in the log.',
  ),
  SP7022: entry(
    'How far a destination has a log is not known, or cannot be kept.',
    'Records may come twice: a receiver drops those whose log and number it has.',
  ),
  SP7023: entry(
    'Segments were deleted that a destination never had.',
    'Mend the destination; `audit.shipping.max_unshipped` says how much may wait past its retention.',
  ),
  SP7024: entry(
    'Standard output is the protocol here, so records cannot go there.',
    'Take `stdout` out of `audit.destination`; it is for `sallyport serve`.',
  ),
} as const satisfies Record<string, CodeEntry>;
