import { z } from 'zod';

/** A name in a keychain; what looks like an option would be read as one. */
const inKeychain = z
  .string()
  .regex(/^[^\p{Cc}-][^\p{Cc}]{0,255}$/u, { error: 'must be a name, without control characters and no `-` before it' });

/** Where a secret comes from: one of these. */
export const secretKeys = {
  value: z.string().min(1).optional().describe('The secret, by `${NAME}`.'),
  file: z.string().min(1).optional().describe('A file that holds it, read whenever it is needed.'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('A program that prints it, run whenever it is needed: for secrets that live for minutes.'),
  keychain: z
    .strictObject({
      service: inKeychain.describe('The service it is kept for.'),
      account: inKeychain.describe('The account it is kept for.'),
    })
    .optional()
    .describe('Where the keychain of the system keeps it (macOS, and Linux with `secret-tool`).'),
};

type Given = Partial<Record<keyof typeof secretKeys, unknown>>;

/** Refuses a secret that comes from nowhere, or from two places. */
export function oneSource({ value, file, command, keychain }: Given, context: z.RefinementCtx): void {
  const given = [value, file, command, keychain].filter((one) => one !== undefined).length;
  if (given !== 1)
    context.addIssue({ code: 'custom', message: 'needs one of `value`, `file`, `command` and `keychain`' });
}

/** A secret that is obtained whenever a token is. */
export const secret = z.strictObject(secretKeys).superRefine(oneSource);
