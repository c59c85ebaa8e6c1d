import { createSecureContext, type SecureContext } from 'node:tls';
import type { CredentialVariable } from '../../lib/model/credentials.ts';
import { Authority } from './authority.ts';
import type { Given } from './given.ts';
import { Placeholders } from './placeholders.ts';
import { extraRoots, trustedRoots } from './roots.ts';
import { SeenRequests } from './seen-requests.ts';
import { TrustFiles } from './trust-files.ts';

/** Gives one start placeholders for its secrets. Throws a `CredentialFault`; `environment` is our own. */
export function holdBack(
  variables: readonly CredentialVariable[],
  secrets: readonly string[],
  environment: NodeJS.ProcessEnv,
): Given {
  const placeholders = new Placeholders(variables, secrets);
  let known: SecureContext | undefined;
  // Reading them takes some time, which a start need not wait for.
  const roots = () => {
    known ??= createSecureContext({ ca: trustedRoots(environment), minVersion: 'TLSv1.2' });
    return known;
  };
  const heldBack = {
    seeing: (ownFolder: string, its: Readonly<Record<string, string>>) => {
      const authority = new Authority();
      const all = `${trustedRoots(its)}\n${authority.certificate}`;
      const files = TrustFiles.write(ownFolder, all, `${extraRoots(its)}\n${authority.certificate}`);
      const seeing = new SeenRequests(placeholders, authority, roots, () => files.remove());
      return { seeing, variables: files.variables };
    },
  };
  return { variables: placeholders.variables, heldBack };
}
