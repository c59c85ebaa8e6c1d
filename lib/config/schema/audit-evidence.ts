import { z } from 'zod';

/** Keys of `audit` about what the log proves. */
export const auditEvidence = {
  chain: z
    .literal(true)
    .optional()
    .describe('Each record holds the hash of the one before; it cannot be switched off.'),
  checkpoints: z
    .boolean()
    .optional()
    .describe('Whether the log is signed now and then; usual under `strict` and with `sign_key`.'),
  sign_key: z
    .string()
    .min(1)
    .optional()
    .describe('File of the key that signs, made with the first checkpoint [audit.key beside the user config].'),
  checkpoint_every: z
    .int()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Most records before a checkpoint; there is one every minute as well, and at the end.'),
  checkpoint_copy_to: z
    .string()
    .min(1)
    .optional()
    .describe('A folder, best of another machine, that gets every checkpoint as well: only there a cut tail shows.'),
};
