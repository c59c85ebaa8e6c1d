import { createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseVerifier, type Verifier, verifierOf } from '../../lib/audit/checkpoints/note.ts';
import { folders } from '../../lib/config/folders.ts';
import { readKeyFile } from '../../lib/model/key-file.ts';
import { CommandError } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

/** Where the key lies that signs the log: where the config says, or where it is usual when there is none to read. */
export async function auditKeyFile(config: string | undefined): Promise<string> {
  return readConfig({ config, overrides: {} })
    .then((read) => read.config.audit.checkpoints.keyFile)
    .catch((error: unknown) => {
      if (config !== undefined) throw error;
      return join(dirname(folders().configFile), 'audit.key');
    });
}

/** Whose checkpoints are believed: those that were named, else this user's own key, if there is one. */
export async function verifiersOf(keys: readonly string[] = [], config?: string): Promise<Verifier[]> {
  if (keys.length > 0) return keys.map(verifierNamed);
  const own = await auditKeyFile(config);
  try {
    const text = readKeyFile(own);
    return text === undefined ? [] : [verifierOf(createPrivateKey(text))];
  } catch (error) {
    throw new CommandError(`${own} ${(error as Error).message}; name a key with \`--key\``);
  }
}

/** A verifier as it is written, or a file with one or with a key. */
function verifierNamed(key: string): Verifier {
  const written = parseVerifier(key);
  if (written !== undefined) return written;
  if (!existsSync(key)) throw new CommandError(`--key "${key}": write a file, or what \`sallyport audit key\` prints`);
  const text = readFileSync(key, 'utf8');
  try {
    return parseVerifier(text) ?? verifierOf(createPublicKey(text));
  } catch {
    throw new CommandError(`--key ${key}: the file holds no Ed25519 key`);
  }
}
