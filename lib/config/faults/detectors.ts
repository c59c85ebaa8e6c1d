import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import { credentialOf, headerNamesSecret, looksOpaque, querySecrets, secretsIn } from '../words/secret-looks.ts';

/** Secrets that stand literally in how detectors are reached. */
export function checkDetectors({ config, source }: Layer): Problem[] {
  const detectors = config.security?.injection?.detectors ?? [];
  return detectors.flatMap(({ url, headers = {} }, index) => {
    const warn = (value: string, isSecret: boolean, ...keys: string[]): Problem[] => {
      if (source.secrets.some((secret) => value.includes(secret))) return [];
      if (!isSecret && secretsIn(value).length === 0) return [];
      const message = `${keys.at(-1)} of a detector looks like a literal secret`;
      const where = source.where(['security', 'injection', 'detectors', index, ...keys]);
      return [{ code: 'SP1103', severity: 'warning', message, where }];
    };
    return [
      ...warn(url, querySecrets(url).length > 0, 'url'),
      ...Object.entries(headers).flatMap(([name, value]) =>
        warn(value, headerNamesSecret(name) && looksOpaque(credentialOf(value)), 'headers', name),
      ),
    ];
  });
}
