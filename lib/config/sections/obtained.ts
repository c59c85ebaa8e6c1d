import { resolve } from 'node:path';
import type { ClientProof, GrantSource, ObtainedCredentials } from '../../model/obtained-credentials.ts';
import { expandHome } from '../folders.ts';
import type { RawBackend } from '../schema/schema.ts';
import { sourceOf } from './secret-source.ts';

type Raw = NonNullable<RawBackend['credentials']>;

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/** How tokens are obtained, as a section says. */
export function obtainedBy(mode: ObtainedCredentials['mode'], raw: Raw): ObtainedCredentials {
  return {
    mode,
    issuer: raw.issuer,
    tokenUrl: raw.token_url,
    clientId: raw.client_id,
    clientProof: proofBy(raw),
    clientMetadataUrl: raw.client_metadata_url,
    resource: raw.resource,
    audience: raw.audience,
    scopes: raw.scopes,
    dpop: raw.dpop === 'on',
    subjectTokenType: raw.subject_token_type ?? JWT,
    grant: grantBy(raw),
    redirectPort: raw.redirect_port,
  };
}

function grantBy({ assertion, identity_provider: provider }: Raw): GrantSource | undefined {
  if (assertion !== undefined) return { kind: 'assertion', from: sourceOf(assertion) };
  if (provider === undefined) return undefined;
  return {
    kind: 'identity_provider',
    provider: {
      issuer: provider.issuer,
      tokenUrl: provider.token_url,
      clientId: provider.client_id,
      clientProof: proofBy(provider),
      subjectToken: sourceOf(provider.subject_token),
      subjectTokenType: provider.subject_token_type ?? ID_TOKEN,
    },
  };
}

type RawProof = Pick<Raw, 'client_secret' | 'client_secret_file' | 'private_key_file'>;

function proofBy({ client_secret: secret, client_secret_file: file, private_key_file: key }: RawProof): ClientProof {
  if (secret !== undefined) return { kind: 'secret', from: { kind: 'value', value: secret } };
  if (file !== undefined) return { kind: 'secret', from: { kind: 'file', path: resolve(expandHome(file)) } };
  return key === undefined ? { kind: 'none' } : { kind: 'key', file: resolve(expandHome(key)) };
}
