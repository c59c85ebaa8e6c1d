import { readFileSync } from 'node:fs';
import { ourInspector } from '../../lib/checks/injection/our-inspector.ts';
import { SecretFinder } from '../../lib/inspect/secrets/find-secrets.ts';
import type { ScanJudges } from '../../lib/scan/scan.ts';
import { Payload } from '../../lib/wire/payload.ts';
import type { Looked } from './server.ts';

/** Those who judge what `scan` has heard. */
export async function scanJudges(looked: readonly Looked[]): Promise<ScanJudges> {
  const inspector = await ourInspector();
  const secrets = new SecretFinder();
  const effects = new Map(looked.map(({ subject, effectOf }) => [subject.backend, effectOf]));
  const texts = new Map<string, string>();
  const textOf = (file: string) => {
    if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
    return texts.get(file)!;
  };
  return {
    piecesOf: (json) => inspector.pieces(Payload.of(json)),
    assess: (pieces) => inspector.assess(pieces, 'description', ''),
    secretsIn: (text, name) => secrets.find(text, name),
    effectOf: (backend, tool) => effects.get(backend)?.(tool) ?? { kind: 'write', flags: [], origin: 'guess' },
    // A value as JSON has it; one that was put in from the environment does not stand there.
    fileHolds: ({ file }, value) => file !== undefined && textOf(file).includes(JSON.stringify(value).slice(1, -1)),
  };
}
