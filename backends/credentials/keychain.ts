import { CredentialFault } from '../../lib/model/credentials.ts';
import { runToEnd } from '../one-shot.ts';

interface Keychain {
  readonly program: string;
  arguments(service: string, account: string): readonly string[];
}

const KEYCHAINS: Readonly<Record<string, Keychain>> = {
  darwin: {
    program: 'security',
    arguments: (service, account) => ['find-generic-password', '-w', '-s', service, '-a', account],
  },
  linux: {
    program: 'secret-tool',
    arguments: (service, account) => ['lookup', 'service', service, 'account', account],
  },
};

/** What the keychain of the system keeps for a service and an account. Rejects with a {@link CredentialFault}. */
export async function kept(
  service: string,
  account: string,
  environment: NodeJS.ProcessEnv,
  withinMs: number,
  platform: string = process.platform,
): Promise<string> {
  const keychain = KEYCHAINS[platform];
  const what = `"${service}" for "${account}"`;
  if (keychain === undefined) {
    throw new CredentialFault('the keychain of this system is not known', 'use a `file` or a `command`');
  }
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { program } = keychain;
  const ended = await runToEnd(program, keychain.arguments(service, account), Object.fromEntries(variables), withinMs);
  if (ended.missing) throw new CredentialFault(`the program "${program}" of the keychain was not found`, 'install it');
  if (ended.timedOut) {
    throw new CredentialFault(
      `the keychain did not answer within ${withinMs / 1000} s`,
      'unlock it, and let this program read it without asking',
    );
  }
  // Its own words are left out: nobody knows what stands in them.
  if (!ended.ok) throw new CredentialFault(`the keychain holds nothing under ${what}`, 'put it there, or unlock it');
  return ended.stdout.replace(/\r?\n$/, '');
}
