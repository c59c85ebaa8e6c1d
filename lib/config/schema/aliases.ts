import { z } from 'zod';

/** `auth` as another gateway writes it; it means `security.auth`. */
export const auth = z
  .strictObject({
    provider: z.enum(['api_key', 'jwt']).describe('How clients prove who they are.'),
    keys: z.array(z.string().min(1)).optional().describe('Another word for `security.auth.api_keys`.'),
    secret: z.string().min(1).optional().describe('Secret of the tokens.'),
    required: z.boolean().optional().describe('Whether nobody comes in without.'),
  })
  .describe('Another word for `security.auth`.');

/** Keys of `audit` as other tools write them. */
export const auditAliases = {
  file_path: z.string().min(1).optional().describe('Its folder is another word for `dir`.'),
  redact_secrets: z.literal(true).optional().describe('Secrets are masked in every record.'),
};
