import { type CodeEntry, entry } from './code-entry.ts';

/** What inspection refuses. */
export const INSPECTION_CODES = {
  SP3211: entry(
    'What is sent holds a secret.',
    'Leave it out, or have the operator set `security.secrets.action.request` or add the value to `security.secrets.allow`.',
  ),
  SP3212: entry(
    'The answer holds a secret and was withheld.',
    'The call may have taken effect; `security.secrets.action.response: redact` hands on the rest of such answers.',
  ),
  SP3213: entry(
    'What is sent holds a placeholder that stands for a secret.',
    'A placeholder goes back only to the tool and the place it came from; send what you mean without it.',
  ),
  SP3214: entry(
    'The message holds personal data.',
    'Leave it out, or have the operator set `security.secrets.personal`.',
  ),
} as const satisfies Record<string, CodeEntry>;
