import { z } from 'zod';
import { BASELINE } from '../../model/rules.ts';
import { beginning, bySelector, selector } from './globs.ts';
import { agent, bucket, effect, toolRules } from './rules.ts';
import { duration } from './units.ts';

const effectWords = z.enum(['read', 'write', 'destructive', 'external', 'untrusted', 'private']);

/** The `policies` section. */
export const policies = z.strictObject({
  default: effect.optional().describe('What happens to a tool, prompt or resource no list speaks of.'),
  tools: toolRules.optional().describe('Rules by `backend/tool`; all that match apply, the strictest wins.'),
  block_patterns: z.array(z.string().min(1).max(512)).optional().describe('Texts no argument of any tool may hold.'),
  agents: z.record(z.string(), agent).optional().describe('Rules by client; they narrow and never widen.'),
  effects: bySelector(z.array(effectWords).min(1))
    .optional()
    .describe('What tools do: one of read, write, destructive, and any of external, untrusted, private.'),
  baseline: z
    .strictObject(Object.fromEntries(BASELINE.map((name) => [name, effect.optional()])))
    .optional()
    .describe('The rules of the profile, by name.'),
  flows: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('Names the flow in the log.'),
        after: beginning.describe('What is done first; `@flagged` is an answer in which instructions were found.'),
        // biome-ignore lint/suspicious/noThenProperty: it is a key of the config, and nothing awaits the schema
        then: selector.describe('What meets the action afterwards.'),
        action: z.enum(['deny', 'require_approval']).describe('What happens to it.'),
        within: z.literal('session').optional().describe('How long it is remembered.'),
      }),
    )
    .optional()
    .describe('Rules about the order of calls in a session.'),
  requests: z
    .strictObject({
      sampling: effect.optional().describe('Let the model of the client write something.'),
      elicitation: effect.optional().describe('Ask the person something.'),
      roots: effect.optional().describe('Ask which folders the client works in.'),
    })
    .optional()
    .describe('Whether servers may ask the client for these.'),
  methods: z
    .strictObject({ allow: z.array(z.string().min(1)).optional().describe('Their names, spelt out.') })
    .optional()
    .describe('Methods Sallyport does not know and passes to the only backend.'),
  extensions: z
    .strictObject({ allow: z.array(z.string().min(1)).optional().describe('Their names, spelt out.') })
    .optional()
    .describe('Protocol extensions that are announced besides those Sallyport knows.'),
});

const per = z.enum(['client', 'agent', 'tenant', 'role', 'backend', 'tool', 'global']);

/** Roles, tenants, budgets and costs: what stands beside `policies`. */
export const roles = z
  .record(
    z.string().min(1),
    z.strictObject({
      permissions: z.array(selector).optional().describe('What it may use: `*`, `backend/tool`, `backend/@effect`.'),
      denied: z.array(selector).optional().describe('What it may not, whatever else permits it.'),
      rate_limit: bucket.optional().describe('How often its holders may call.'),
    }),
  )
  .describe('Roles of keys, by name.');

export const tenants = z
  .record(
    z.string().min(1),
    z.strictObject({
      clients: z.array(z.string().min(1)).optional().describe('Clients it has, as globs.'),
      backends: z.array(z.string().min(1)).optional().describe('The only backends its clients may use.'),
      rate_limit: bucket.optional().describe('How often its clients may call.'),
    }),
  )
  .describe('Tenants, by name.');

export const budgets = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(64).describe('Names the budget in the log.'),
      tools: selector.optional().describe('What counts [everything].'),
      per: per.optional().describe('Whom it counts for separately [client].'),
      unit: z.enum(['calls', 'tokens', 'bytes', 'seconds', 'usd']).describe('What is counted.'),
      limit: z.number().positive().describe('How much there is in a window.'),
      window: duration.describe('When it starts anew.'),
      warn_at: z.number().min(0).max(1).optional().describe('Share from which on records say so [0.8].'),
      on_exceed: z.enum(['deny', 'require_approval', 'alert']).optional().describe('What happens beyond it [deny].'),
    }),
  )
  .describe('How much may be used in a period, over all processes of a user.');

const cost = z.strictObject({
  usd_per_call: z.number().min(0).optional().describe('Dollars for one call.'),
  usd_per_1k_tokens: z.number().min(0).optional().describe('Dollars for 1,000 tokens, there and back.'),
});

export const costs = bySelector(z.union([z.number().min(0), cost])).describe('What calls cost, for budgets in `usd`.');
