import { dirname, join, resolve } from 'node:path';
import type { CheckpointConfig } from '../../model/checkpoint-config.ts';
import type { Layer, Reading } from '../files/reading.ts';
import { expandHome, type Folders } from '../folders.ts';
import { either, least } from './stricter.ts';

/** What of `audit` is about signing. The last layer that names a key or a folder is an administrator's: the proof is theirs. */
export function resolveCheckpoints(
  reading: Reading,
  profile: string,
  from: string,
  { configFile }: Folders,
): CheckpointConfig {
  const implied = (layer: Layer) =>
    reading.isManagedStrict(layer) || layer.config.audit?.sign_key !== undefined ? true : undefined;
  const usualKey = join(dirname(configFile), 'audit.key');
  const copyTo = reading.value<string | undefined>(['audit', 'checkpoint_copy_to'], undefined, from);
  return {
    enabled: reading.value(['audit', 'checkpoints'], profile === 'strict', from, either, { implied }),
    keyFile: resolve(expandHome(reading.value(['audit', 'sign_key'], usualKey, from))),
    every: reading.value(['audit', 'checkpoint_every'], 1000, from, least),
    copyTo: copyTo === undefined ? undefined : resolve(expandHome(copyTo)),
  };
}
