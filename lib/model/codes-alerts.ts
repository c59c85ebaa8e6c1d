import { type CodeEntry, entry } from './code-entry.ts';

/** Codes of alerts and of those who are told. */
export const ALERT_CODES = {
  SP1040: entry(
    'The condition of an alert cannot be read, or its name stands twice.',
    'Write it as docs/alerts.md says, such as `denied > 20 in 5m`, `event = backend_down` or `budget spent >= 80%`.',
  ),
  SP7030: entry(
    'Somebody who was to be told of something could not be.',
    'Look at what the log says of the sink, mend it, and try `sallyport notify test`.',
  ),
  SP7031: entry(
    'More notices wait for a sink than are kept, so some were dropped.',
    'Find out why the sink takes none; what happened stands in the audit log.',
  ),
} as const satisfies Record<string, CodeEntry>;
