import { resolve } from 'node:path';
import type { SecretSource } from '../../model/secret-source.ts';
import { expandHome } from '../folders.ts';
import type { RawBackend } from '../schema/schema.ts';

type RawSource = Pick<
  NonNullable<NonNullable<RawBackend['credentials']>['variables']>[string],
  'value' | 'file' | 'command' | 'keychain'
>;

/** Where a secret comes from; the schema lets one place through. */
export function sourceOf({ value, file, command, keychain }: RawSource): SecretSource {
  if (value !== undefined) return { kind: 'value', value };
  if (file !== undefined) return { kind: 'file', path: resolve(expandHome(file)) };
  return keychain === undefined ? { kind: 'command', command: command! } : { kind: 'keychain', ...keychain };
}
