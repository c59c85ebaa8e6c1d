import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { ownKeyFile } from '../../model/key-file.ts';
import { type Signer, signerOf } from './note.ts';

/** The key checkpoints are signed with, made if there was none. Throws for one that others can use, or that is none. */
export function ownSigner(path: string): Signer {
  return signerOf(
    privateKeyIn(
      within(path, () => ownKeyFile(path, freshKey)),
      path,
    ),
  );
}

export function freshKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function privateKeyIn(text: string, path: string) {
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error(`${path} holds no private key`);
  }
}

function within<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${path} ${(error as Error).message}`);
  }
}
