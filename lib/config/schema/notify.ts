import { z } from 'zod';
import { SEVERITIES } from '../../model/alerts-config.ts';
import { SINKS } from '../../model/notify-config.ts';
import { parseDuration } from '../words/units.ts';
import { detectorFaults } from './remote-faults.ts';
import { duration } from './units.ts';
import { webhookSecret } from './webhook.ts';

const allowPrivate = z.boolean().optional().describe('The host of `url` may have an address in a private network.');

/** What is wrong with the URL of a receiver, told whatever else is. */
function reached<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape).superRefine(
    (value, context) => {
      for (const { path, message, code } of detectorFaults(value as { url?: string }))
        context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  );
}

/** `notify`: where alerts and requests for approval are told. */
export const notify = z.strictObject({
  webhook: reached({
    url: z
      .string()
      .min(1)
      .describe('Where notices are posted, signed as Standard Webhooks says; https, or http on loopback.'),
    secret: z
      .union([webhookSecret, z.array(webhookSecret).min(1).max(3)])
      .describe('What notices are signed with; a list while one replaces another, and each signs.'),
    allow_private: allowPrivate,
  })
    .optional()
    .describe('A program of your own.'),
  slack: reached({
    url: z
      .string()
      .min(1)
      .describe('The incoming webhook of a channel. Whoever knows it can post: take it from the environment.'),
    allow_private: allowPrivate,
  })
    .optional()
    .describe('A channel in Slack.'),
  pagerduty: reached({
    routing_key: z
      .string()
      .regex(/^[A-Za-z0-9]{16,64}$/, { error: 'must be the integration key of an Events API v2 integration' })
      .describe('The integration key of a service.'),
    url: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Where events are sent [https://events.pagerduty.com/v2/enqueue]; https://events.eu.pagerduty.com/v2/enqueue in Europe.',
      ),
    allow_private: allowPrivate,
  })
    .optional()
    .describe('A service in PagerDuty (Events API v2).'),
  desktop: z.boolean().optional().describe('Notifications of the desktop the gateway runs on.'),
});

function within(least: string, most: string) {
  const ms = (text: string) => parseDuration(text) ?? Number.NaN;
  return duration.refine((text) => !(ms(text) < ms(least) || ms(text) > ms(most)), {
    error: `must be from ${least} to ${most}`,
  });
}

/** `alerts`: what somebody is told of. */
export const alerts = z.array(
  z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, {
        error: 'must be 1 to 64 letters, digits, "-" and "_", with a letter or digit first',
      })
      .describe('Names the alert where it is told.'),
    when: z
      .string()
      .min(1)
      .describe('Its condition: `denied > 20 in 5m per principal`, `event = backend_down`, `budget spent >= 80%`.'),
    severity: z.enum(SEVERITIES).describe('How much it matters.'),
    to: z.array(z.enum(SINKS)).describe('Sinks of `notify` that are told; none: only the log and the audit log.'),
    repeat: within('1m', '30d')
      .optional()
      .describe('The least time between two notices of an alert that goes on [1h].'),
    resolve_after: within('1s', '30d')
      .optional()
      .describe(
        'For events: over when so long none followed [15m, or when the opposite event happens where there is one].',
      ),
  }),
);
