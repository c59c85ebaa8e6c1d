import { verifierText } from '../../lib/audit/checkpoints/note.ts';
import { ownSigner } from '../../lib/audit/checkpoints/signing-key.ts';
import { auditKeyFile } from '../audit/keys.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';

/** Prints the public half of the key that signs the log, and makes the key where there is none. */
export async function auditKey({
  config,
  json,
}: {
  readonly config?: string;
  readonly json?: boolean;
}): Promise<number> {
  const path = await auditKeyFile(config);
  const signer = signerAt(path);
  if (json === true) printJson({ verifier: verifierText(signer), name: signer.name, key_id: signer.id, file: path });
  else print(verifierText(signer));
  return EXIT.ok;
}

function signerAt(path: string) {
  try {
    return ownSigner(path);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
