import { SigningKeyFile } from '../../backends/issuing/signing-key-file.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { orKeyFault } from '../identity/authorizations.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface TokenJwksOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export interface TokenRotateOptions extends TokenJwksOptions {
  readonly keep: string;
}

const MOST_KEPT = 7;

/** Prints the public keys of this gateway as a JWK set, and makes the first key where there is none. */
export async function tokenJwks({ config, json }: TokenJwksOptions): Promise<number> {
  const { jwks } = await withKeyFile(config, (file) => file.own());
  if (json === true) printJson({ ...jwks });
  else print(JSON.stringify(jwks, undefined, 2));
  return EXIT.ok;
}

/** Puts a new key before those there are. Whoever verifies needs the new key set before its next look. */
export async function tokenRotate({ config, json, keep }: TokenRotateOptions): Promise<number> {
  const kept = Number(keep);
  if (!Number.isInteger(kept) || kept < 0 || kept > MOST_KEPT)
    throw new CommandError(`\`--keep\` is from 0 to ${MOST_KEPT}`);
  const { newest, all } = await withKeyFile(config, (file) => file.rotate(kept));
  if (json === true) printJson({ kid: newest.kid, keys: all.length });
  else
    print(
      `signing with ${newest.kid} from now on; the key set has ${all.length} keys\nHand the new key set to whoever verifies: sallyport token jwks`,
    );
  return EXIT.ok;
}

async function withKeyFile<T>(config: string | undefined, work: (file: SigningKeyFile) => T): Promise<T> {
  const { tokens } = (await readConfig({ config, overrides: { serving: true } })).config;
  return orKeyFault(tokens.keyFile, (path) => work(new SigningKeyFile(path, systemClock)));
}
