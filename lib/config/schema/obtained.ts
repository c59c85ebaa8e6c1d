import { z } from 'zod';
import { isPublicUrl } from '../words/addresses.ts';
import { secret } from './secret.ts';

const some = z.string().min(1);
const url = z.string().refine(isPublicUrl, { error: 'must be a URL such as https://idp.example.com' });

type Proofs = Partial<Record<'client_secret' | 'client_secret_file' | 'private_key_file', unknown>>;

/** Refuses a client that would have two ways to prove itself. */
export function oneProof(proofs: Proofs, context: z.RefinementCtx): void {
  const given = [proofs.client_secret, proofs.client_secret_file, proofs.private_key_file];
  if (given.filter((one) => one !== undefined).length > 1)
    context.addIssue({
      code: 'custom',
      message: 'needs one of `client_secret`, `client_secret_file` and `private_key_file`',
    });
}

type Grants = Partial<Record<'assertion' | 'identity_provider', unknown>>;

/** Refuses two assertions, of which one would be given and nobody knew which. */
export function oneGrant({ assertion, identity_provider: provider }: Grants, context: z.RefinementCtx): void {
  if (assertion !== undefined && provider !== undefined)
    context.addIssue({ code: 'custom', message: 'needs one of `assertion` and `identity_provider`' });
}

const identityProvider = z
  .strictObject({
    issuer: url.optional().describe('The identity provider, letter by letter.'),
    token_url: url.optional().describe('Its token endpoint, where it publishes no metadata.'),
    client_id: some.max(2048).describe('Who the gateway is to it.'),
    client_secret: some.optional().describe('What proves it, by `${NAME}` [nothing].'),
    client_secret_file: some.optional().describe('A file that holds the secret.'),
    private_key_file: some.optional().describe('A private key in PEM in the place of a secret.'),
    subject_token: secret.describe('What says who the user is: obtained for each token.'),
    subject_token_type: some.optional().describe('What that is called [an ID token].'),
  })
  .superRefine(oneProof);

/** How tokens for a backend with a `url` are obtained from an authorization server. */
export const obtainedKeys = {
  issuer: url.optional().describe('The authorization server the client is known at, letter by letter.'),
  token_url: url.optional().describe('Its token endpoint, where it publishes no metadata.'),
  client_id: some.max(2048).optional().describe('Who the gateway is to it.'),
  client_secret: some.optional().describe('What proves it, by `${NAME}`.'),
  client_secret_file: some.optional().describe('A file that holds the secret.'),
  private_key_file: some
    .optional()
    .describe('A private key in PEM, RSA or P-256, with which it is proven in the place of a secret.'),
  client_metadata_url: url
    .optional()
    .describe('Where a document about the client is published: it is the client id where servers know such documents.'),
  resource: url.optional().describe('What the backend is called there [as it says itself, else its `url`].'),
  subject_token_type: some.optional().describe('What the tokens are called that are given in exchange.'),
  assertion: secret.optional().describe('For `jwt_bearer`: a JWT the platform hands out, obtained for each token.'),
  identity_provider: identityProvider
    .optional()
    .describe('For `jwt_bearer`: who gives an assertion about the user (ID-JAG).'),
  redirect_port: z
    .int()
    .min(1024)
    .max(65_535)
    .optional()
    .describe('Port on 127.0.0.1 a browser is sent back to after a login [one that is free].'),
};
