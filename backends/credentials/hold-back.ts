import { createSecureContext } from 'node:tls';
import type { CredentialVariable } from '../../lib/model/credentials.ts';
import { Authority } from './authority.ts';
import type { Given } from './given.ts';
import { Placeholders } from './placeholders.ts';
import { trustedRoots } from './roots.ts';
import { SeenRequests } from './seen-requests.ts';
import { TrustFile } from './trust-file.ts';

/** Gives one start placeholders for its secrets. Throws a `CredentialFault`; `environment` is our own. */
export function holdBack(
  variables: readonly CredentialVariable[],
  secrets: readonly string[],
  environment: NodeJS.ProcessEnv,
): Given {
  const placeholders = new Placeholders(variables, secrets);
  const heldBack = {
    seeing: (ownFolder: string, its: Readonly<Record<string, string>>) => {
      const authority = new Authority();
      const file = TrustFile.write(ownFolder, `${trustedRoots(its)}\n${authority.certificate}`);
      const roots = createSecureContext({ ca: trustedRoots(environment), minVersion: 'TLSv1.2' });
      const seeing = new SeenRequests(placeholders, authority, roots, () => file.remove());
      return { seeing, variables: file.variables };
    },
  };
  return { variables: placeholders.variables, heldBack };
}
