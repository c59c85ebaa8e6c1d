import { z } from 'zod';
import { PRESET_NAMES } from '../../presets/names.ts';
import { BACKEND_NAME } from '../words/backend-name.ts';
import { auditAliases, auth } from './aliases.ts';
import { anomaly } from './anomaly.ts';
import { approvals } from './approvals.ts';
import { auditEvidence } from './audit-evidence.ts';
import { globs } from './globs.ts';
import { injection } from './inspection.ts';
import { alerts, notify } from './notify.ts';
import { budgets, costs, policies, roles, tenants } from './policy.ts';
import { type RemoteFault, remoteFaults } from './remote-faults.ts';
import { bucket } from './rules.ts';
import { credentials, sandbox } from './sandbox.ts';
import { security, server } from './server.ts';
import { shippingKeys } from './shipping.ts';
import { duration, size } from './units.ts';
import { metrics, telemetry } from './watching.ts';

const limits = z.strictObject({
  execution_timeout_secs: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Longest a call may take, in seconds; the clock stops while the client is asked something.'),
  max_request_bytes: size.optional().describe('Largest request frame.'),
  max_response_bytes: size.optional().describe('Largest answer.'),
  on_oversize: z
    .enum(['truncate', 'block'])
    .optional()
    .describe('What happens to a larger answer: its text is cut with a mark, or it is withheld.'),
  max_concurrent_calls: z
    .int()
    .positive()
    .optional()
    .describe('Calls a backend may be working on at a time for one user.'),
  max_json_depth: z.int().min(8).max(1000).optional().describe('Levels of objects and arrays inside each other.'),
  max_file_read_bytes: size.optional().describe('Largest file a call may read or write.'),
  max_query_rows: z.int().positive().optional().describe('Most rows an answer to SQL may have.'),
});

const commonLimits = limits.extend({
  max_frame_bytes: size.optional().describe('Largest frame in either direction; a larger one is never held in memory.'),
  max_pending: z.int().positive().optional().describe('Requests of one user that may run at a time.'),
  max_processes: z.int().positive().optional().describe('Processes of backends that may run at a time.'),
  max_processes_per_client: z.int().positive().optional().describe('Those that work for one user.'),
  list_timeout_secs: z
    .number()
    .positive()
    .max(600)
    .optional()
    .describe('How long a merged list waits for slow backends, in seconds.'),
});

const backendKeys = z.strictObject({
  name: z
    .string()
    .regex(BACKEND_NAME, {
      error: 'must be 1 to 32 of a-z, 0-9 and "-", not at the ends',
    })
    .describe('Names the backend in policy, log and, with several backends, in front of its tools.'),
  command: z
    .string()
    .min(1)
    .optional()
    .describe('Program that speaks MCP on its standard input and output. A backend has this or `url`.'),
  args: z.array(z.string()).optional().describe('Its arguments; never read by a shell.'),
  env: z.record(z.string(), z.string()).optional().describe('Variables it gets on top of the base list.'),
  pass_env: z.array(z.string().min(1)).optional().describe('Names or globs of variables it inherits.'),
  cwd: z.string().min(1).optional().describe('Its working folder.'),
  url: z
    .string()
    .min(1)
    .optional()
    .describe('Where a server is reached that runs elsewhere; https, or http on loopback.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Headers of every request to `url`; values are masked.'),
  transport: z
    .enum(['auto', 'streamable', 'sse'])
    .optional()
    .describe('`streamable` since 2025-03-26, `sse` for 2024-11-05; `auto` tries them in this order.'),
  allow_private: z.boolean().optional().describe('The host of `url` may have an address in a private network.'),
  allow_insecure: z
    .boolean()
    .optional()
    .describe('`url` may be http on another host: everybody on the way can read it.'),
  connect_timeout_secs: z
    .number()
    .positive()
    .max(600)
    .optional()
    .describe('How long a connection to `url` may take, in seconds.'),
  era: z
    .enum(['auto', 'legacy', 'modern'])
    .optional()
    .describe(
      '`legacy` opens with initialize (up to 2025-11-25), `modern` is 2026-07-28; `auto` finds out and remembers.',
    ),
  start: z
    .enum(['lazy', 'eager'])
    .optional()
    .describe('When it is started: at its first request, or when the client initializes. Never for a probe.'),
  max_processes: z
    .int()
    .min(1)
    .max(16)
    .optional()
    .describe('Processes of a legacy server for one modern client: each takes one call at a time that may ask back.'),
  start_timeout_secs: z
    .number()
    .positive()
    .max(600)
    .optional()
    .describe('How long it may take to answer its handshake.'),
  restart: z
    .strictObject({
      max: z.int().min(0).optional().describe('Failures that are followed by a new start.'),
      window: duration.optional().describe('The time they are counted over.'),
    })
    .optional()
    .describe('More than `max` failures within `window`, and it rests until the window has passed.'),
  enforce: z.boolean().optional().describe('false: decide and record, but block nothing of this backend.'),
  allowed_tools: globs('anything').optional().describe('Only these tools exist.'),
  denied_tools: globs('anything').optional().describe('These tools do not exist, whatever else allows them.'),
  allowed_prompts: globs('anything').optional().describe('Only these prompts exist.'),
  denied_prompts: globs('anything').optional().describe('These prompts do not exist.'),
  allowed_resources: globs('within-segment')
    .optional()
    .describe('Only these resource URIs exist; `*` stays within a segment, `**` does not.'),
  denied_resources: globs('within-segment').optional().describe('These resource URIs do not exist.'),
  limits: limits.optional().describe('Limits of this backend alone.'),
  preset: z
    .enum([...PRESET_NAMES, 'none'])
    .optional()
    .describe('The server it is, for what its tools do and which arguments hold paths [found by its package].'),
  rate_limit: bucket.optional().describe('How often its tools may be called.'),
  sandbox: sandbox.optional().describe('What it may touch of the machine and the network.'),
  credentials: credentials.optional().describe('Secrets it works with.'),
});

/** Judged whatever else is wrong with it, so that all faults are told at once. */
const backend = backendKeys.superRefine(
  (value, context) => {
    const report = ({ path, message, code }: RemoteFault) =>
      context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
    for (const fault of remoteFaults(value)) report(fault);
  },
  { when: ({ value }) => typeof value === 'object' && value !== null },
);

const audit = z.strictObject({
  enabled: z.boolean().optional().describe('Whether records are kept.'),
  dir: z.string().min(1).optional().describe('Folder of the log, one file a process.'),
  include_arguments: z
    .union([z.enum(['none', 'hash', 'redacted', 'full']), z.boolean()])
    .optional()
    .describe('How much of the arguments goes into a record.'),
  rotate: z
    .strictObject({
      size: size.optional().describe('How large a segment gets.'),
      keep: z.int().positive().optional().describe('How many full segments the folder usually holds.'),
    })
    .optional()
    .describe('A new segment begins at `size`; a folder larger than `keep` of that size raises an alarm.'),
  retention: duration.optional().describe('Segments older than this are deleted; nothing younger ever is.'),
  on_failure: z
    .enum(['block', 'continue'])
    .optional()
    .describe('When the log cannot be written: block everything, or only what may change something.'),
  ...shippingKeys,
  ...auditAliases,
  ...auditEvidence,
  fsync: z.enum(['always', '1s']).optional().describe('How often records are forced to the device.'),
});

const log = z.strictObject({
  level: z.enum(['error', 'warn', 'info', 'debug']).optional().describe('Least level that is written.'),
  file: z.string().min(1).optional().describe('Where diagnostics go: a path, or `stderr`.'),
  format: z.enum(['text', 'json']).optional().describe('How a line looks.'),
});

/** The config file, key by key; what is not here is an error. The reference in docs/ is generated from it. */
export const configSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  profile: z.enum(['balanced', 'strict']).optional().describe('Fills in every key left out.'),
  enforce: z.boolean().optional().describe('false: decide and record, but block nothing.'),
  server: server.optional().describe('Where `serve` listens, and its limits.'),
  security: security.optional().describe('Who may use `serve`.'),
  backends: z.array(backend).optional().describe('The MCP servers behind the gateway.'),
  policies: policies.optional().describe('What is allowed.'),
  roles: roles.optional(),
  tenants: tenants.optional(),
  rate_limit: bucket.optional().describe('How often anything may be called.'),
  budgets: budgets.optional(),
  costs: costs.optional(),
  limits: commonLimits.optional().describe('Limits of every backend.'),
  names: z
    .strictObject({
      max_length: z
        .int()
        .min(44)
        .max(128)
        .optional()
        .describe('Most characters, prefix included; longer ones are cut.'),
    })
    .optional()
    .describe('The names clients see with several backends.'),
  instructions: z
    .enum(['merged', 'none'])
    .optional()
    .describe('With several backends: `merged` waits for all of them at initialize to pass on their instructions.'),
  approvals: approvals.optional().describe('How people are asked whether a call may be made.'),
  audit: audit.optional().describe('The tamper-evident log.'),
  log: log.optional().describe('Diagnostics for people.'),
  auth: auth.optional(),
  injection: injection.optional().describe('Another word for `security.injection`.'),
  metrics: metrics.optional(),
  telemetry: telemetry.optional(),
  alerts: alerts.optional().describe('What somebody is told of.'),
  notify: notify.optional().describe('Where somebody is told.'),
  anomaly: anomaly.optional().describe('Calls that are unlike those a caller has made before.'),
  reload: z.enum(['off', 'signal']).optional().describe('Whether SIGHUP reads the config again.'),
});

export type RawConfig = z.infer<typeof configSchema>;
export type RawBackend = NonNullable<RawConfig['backends']>[number];
export type RawAuth = NonNullable<NonNullable<RawConfig['security']>['auth']>;
export type RawApiKey = NonNullable<RawAuth['api_keys']>[number];
