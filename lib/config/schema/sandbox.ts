import { z } from 'zod';
import { parseDuration } from '../words/units.ts';
import { obtainedKeys, oneGrant, oneProof } from './obtained.ts';
import { domains } from './rules.ts';
import { oneSource, secretKeys } from './secret.ts';
import { duration, size } from './units.ts';

const WILD = /[*?{}[\]]/;
const DIGEST = /^[\w./:-]+@sha256:[0-9a-f]{64}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const mounted = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !WILD.test(path), { error: 'must be a file or a folder, without wildcards' });
const mounts = (about: string) => z.array(mounted).optional().describe(about);

/** What a backend may touch of the machine and the network; of one backend, or under `security` of all. */
export const sandbox = z.strictObject({
  mode: z
    .enum(['required', 'auto', 'off'])
    .optional()
    .describe(
      '`required`: without a sandbox the backend is not started; `auto`: it runs without one where none works.',
    ),
  driver: z
    .enum(['bwrap', 'seatbelt', 'docker', 'podman'])
    .optional()
    .describe('What builds the sandbox [the first that works].'),
  image: z
    .string()
    .regex(DIGEST, { error: 'must be an image with its digest, such as node@sha256:…' })
    .optional()
    .describe('The image it runs in, for `docker` and `podman`.'),
  network: z
    .enum(['none', 'proxy', 'host'])
    .optional()
    .describe('`none`, only what `domains` allow by way of the gateway, or that of the machine.'),
  domains: domains
    .omit({ in: true, schemes: true })
    .optional()
    .describe('Hosts it may reach and its arguments may name: one list for both.'),
  read: mounts('Besides system folders only these can be read [all but credentials]; calls may name no other paths.'),
  write: mounts('Files and folders it may write to [those of the preset, else the project].'),
  deny: mounts('Files and folders that are not there for it, whatever else is allowed.'),
  unix_sockets: z.boolean().optional().describe('Whether it may use sockets of the file system [false].'),
  egress_bytes: size.optional().describe('Bytes its connections may carry in all, for `proxy`.'),
  memory: size.optional().describe('Memory of all its processes together.'),
  cpu_secs: z.int().positive().optional().describe('Processor time of each of its processes, in seconds.'),
  processes: z.int().positive().optional().describe('Processes and threads it may have.'),
  open_files: z.int().min(16).optional().describe('Files each of its processes may have open.'),
  file_size: size.optional().describe('The largest file it may write.'),
  idle: duration.optional().describe('It is ended after so long without a request, until the next one.'),
});

/** What stands in a header value and in a URL as it is. */
const PLAIN = /^[\w.~-]*$/;

/** A variable whose value is a secret, and where the secret comes from. */
const variable = z
  .strictObject({
    ...secretKeys,
    hosts: z
      .array(z.string().min(1))
      .optional()
      .describe('With `inject: proxy`: the hosts it is sent to, and no others.'),
    like: z
      .string()
      .max(64)
      .regex(PLAIN, { error: 'must be of letters, digits, "_", "-", "." and "~"' })
      .optional()
      .describe('How the placeholder begins, for servers that look at it: `ghp_`.'),
  })
  .superRefine(oneSource);

/** How long a token that is made for one request may live. */
const MOST_TTL_MS = 600_000;

export const credentials = z
  .strictObject({
    mode: z
      .enum(['static', 'mint', 'client_credentials', 'exchange', 'oauth', 'jwt_bearer'])
      .optional()
      .describe(
        'For `url`: `static` sends `headers`; `mint` signs a token for each request; the others get them elsewhere [static].',
      ),
    audience: z.string().min(1).max(1024).optional().describe('Whom tokens are for [the `url` for `mint`].'),
    ttl: duration
      .refine((text) => within(text, 1000, MOST_TTL_MS), { error: 'must be from 1s to 10m' })
      .optional()
      .describe('For `mint`: how long a token counts [60s].'),
    dpop: z
      .enum(['off', 'on'])
      .optional()
      .describe('Tokens are bound to a key, and each request proves that it has it (RFC 9449) [off].'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, { error: 'must be a scope such as files:read' }))
      .optional()
      .describe('Scopes of tokens [for `mint` none, else those the backend asks for].'),
    inject: z
      .enum(['env', 'proxy'])
      .optional()
      .describe(
        '`env`: the backend gets them at its start; `proxy`: it gets placeholders, the gateway puts them in [env].',
      ),
    variables: z
      .record(z.string().regex(VARIABLE, { error: 'must be the name of a variable' }), variable)
      .optional()
      .describe('Its secrets, by the variable it reads each from.'),
    ...obtainedKeys,
  })
  .superRefine(oneProof)
  .superRefine(oneGrant);

function within(text: string, least: number, most: number): boolean {
  const ms = parseDuration(text);
  return ms === undefined || (ms >= least && ms <= most);
}
