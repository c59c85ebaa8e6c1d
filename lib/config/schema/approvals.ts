import { z } from 'zod';
import { parseDuration } from '../words/units.ts';
import { selector } from './globs.ts';
import { duration } from './units.ts';

const MOST_MS = 24 * 3_600_000;

/** A time people can be waited for: neither nothing nor for ever. */
const wait = duration.refine((text) => within(parseDuration(text)), { error: 'must be from 1s to 24h' });

const https = z.string().refine(isHttps, { error: 'must be an https URL' });

/** The `approvals` section. */
export const approvals = z.strictObject({
  channels: z
    .array(z.enum(['client', 'elicitation', 'terminal', 'desktop', 'slack', 'webhook', 'console']))
    .optional()
    .describe('Ways to ask people, all at once; `elicitation` is another word for `client` [all that are set up].'),
  require_out_of_band: z
    .array(selector)
    .optional()
    .describe('What the client may not answer itself; in the strict profile everything destructive besides [none].'),
  timeout: wait.optional().describe('How long a call waits; clients often give up after 60 seconds [55s].'),
  on_timeout: z
    .enum(['pending', 'deny'])
    .optional()
    .describe('Then: the request waits on for the same call to be made again, or it is refused [pending].'),
  grant_ttl: wait.optional().describe('How long it waits on, and an agreement for its call [10m].'),
  remember: z
    .array(
      z.string().refine((text) => text === 'once' || text === 'session' || within(parseDuration(text)), {
        error: 'must be once, session or a duration from 1s to 24h',
      }),
    )
    .optional()
    .describe('How far an answer may reach: `once`, `session`, or a time such as 1h [once, session].'),
  approvers: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Who may agree: names or globs; `role:NAME` for whoever answers in their client [anybody who is asked].'),
  separate_approver: z.boolean().optional().describe('Whoever makes a call may not agree to it [false].'),
  slack: z
    .strictObject({ webhook_url: https.describe('An incoming webhook, by `${NAME}`.') })
    .optional()
    .describe('Where Slack is told that somebody is asked.'),
});

export type RawApprovals = z.infer<typeof approvals>;

function within(ms: number | undefined): boolean {
  return ms !== undefined && ms >= 1000 && ms <= MOST_MS;
}

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
