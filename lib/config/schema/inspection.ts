import { z } from 'zod';
import { parseDuration } from '../words/units.ts';
import { detectorFaults } from './remote-faults.ts';
import { duration } from './units.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const action = z.enum(['block', 'redact', 'flag', 'log']);
const channel = z.enum(['args', 'result', 'description']);
const secretAction = z.enum(['block', 'redact', 'flag', 'off']);
const onError = z.enum(['ignore', 'deny']).optional().describe('What it means when it fails [ignore].');

/** How long the caller of a tool waits for another judge. */
const patience = duration
  .refine((text) => within(parseDuration(text), 10, 30_000), { error: 'must be from 10ms to 30s' })
  .optional()
  .describe('How long it may take, 10ms to 30s [150ms].');

/** Judged whatever else is wrong with it, so that all faults are told at once. */
const detector = z
  .strictObject({
    url: z.string().min(1).describe('Where texts are posted to, as JSON; https, unless it is on loopback.'),
    headers: z.record(z.string(), z.string()).optional().describe('Sent with every request; values are masked.'),
    timeout: patience,
    on_error: onError,
    channels: z.array(channel).optional().describe('Which texts it sees [all].'),
  })
  .superRefine(
    (value, context) => {
      for (const { path, message, code } of detectorFaults(value)) {
        context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  );

function within(ms: number | undefined, least: number, most: number): boolean {
  // What is no duration is told as that.
  return ms === undefined || (ms >= least && ms <= most);
}

/** `security.injection`: instructions that hide in what is asked, answered and offered. */
export const injection = z.strictObject({
  enabled: z.boolean().optional().describe('Whether texts are inspected.'),
  directions: z
    .array(z.enum(['request', 'response', 'tool_definition']))
    .optional()
    .describe('Which texts: arguments, answers, what servers say of themselves.'),
  sensitivity: z
    .enum(['low', 'medium', 'high'])
    .optional()
    .describe('Another word for `block_threshold`: 0.60, 0.35 or 0.15.'),
  block_threshold: z
    .number()
    .min(0.01)
    .max(1)
    .optional()
    .describe('Score from which `action` is taken; docs/inspection.md says how often harmless texts reach it.'),
  action: z
    .union([
      action,
      z.strictObject({
        request: action.optional().describe('For arguments.'),
        response: action.optional().describe('For answers.'),
        tool_definition: action.optional().describe('For what servers say of themselves.'),
      }),
    ])
    .optional()
    .describe('What becomes of it: refused, taken out, marked, or only recorded.'),
  custom_patterns: z
    .array(z.string().min(1).max(512))
    .max(100)
    .optional()
    .describe('Regular expressions that score as high as can be; no back-references and no look-around.'),
  allow: z
    .array(
      z.strictObject({
        sha256: z.string().regex(SHA256, { error: 'must be the hash a finding names, 64 hexadecimal digits' }),
        reason: z.string().min(1).describe('Why it is harmless.'),
      }),
    )
    .optional()
    .describe('Spans somebody has looked at, by their hash.'),
  detectors: z.array(detector).max(8).optional().describe('Other judges, asked by HTTP.'),
  classifier: z
    .strictObject({
      type: z.literal('onnx').describe('Kind of model; `onnxruntime-node` must be installed.'),
      model: z.string().min(1).describe('The model file.'),
      tokenizer: z.string().min(1).describe('Its `tokenizer.json`.'),
      timeout: patience,
      on_error: onError,
    })
    .optional()
    .describe('A model of your own, asked about the most suspicious windows.'),
});

/** `security.secrets`: keys, tokens and personal data in what flows through. */
export const secrets = z.strictObject({
  action: z
    .union([
      secretAction,
      z.strictObject({
        request: secretAction.optional().describe('For arguments.'),
        response: secretAction.optional().describe('For answers.'),
      }),
    ])
    .optional()
    .describe('What becomes of a secret [by the profile and what the tool does].'),
  entropy: z.boolean().optional().describe('Texts that only look random count as well [false].'),
  allow: z.array(z.string().min(1)).optional().describe('Values that are no secrets.'),
  restore: z
    .boolean()
    .optional()
    .describe('A placeholder goes back as its secret to the tool and the place it came from [false].'),
  personal: secretAction.optional().describe('The same for personal data [off]; the log never shows any.'),
});

/** `security.rendering`: what attacks whoever looks at a result. */
export const rendering = z.strictObject({
  hidden: z.enum(['strip', 'flag', 'off']).optional().describe('Escape sequences and characters nobody sees.'),
  links: z.enum(['strip', 'flag', 'off']).optional().describe('Images and links that carry data away when shown.'),
});

/** `security.registry`: what servers offered when somebody last looked. */
export const registry = z.strictObject({
  pin: z
    .enum(['tofu', 'strict', 'off'])
    .optional()
    .describe(
      '`tofu` pins what is seen first, `strict` lets exist only what was approved [`strict` in that profile with a config].',
    ),
  lockfile: z.string().min(1).optional().describe('Where pins are kept [sallyport.lock.json beside the config].'),
  on_change: z
    .enum(['block', 'require_approval', 'warn'])
    .optional()
    .describe('What becomes of an item that is not what was pinned.'),
  keep_old: z
    .boolean()
    .optional()
    .describe('A changed tool can be called by its old definition until the new one is approved [false].'),
});
