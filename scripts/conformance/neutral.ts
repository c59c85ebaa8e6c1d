import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a config in which every check is on and none has anything against anybody, with its log in `folder`.
 * Returns the path of the file. `more` holds further top-level keys.
 */
export function neutralConfig(folder: string, backend: object, more: object = {}): string {
  const path = join(folder, 'sallyport.yaml');
  const everything = { allowed_tools: ['*'], allowed_prompts: ['*'], allowed_resources: ['**'] };
  const config = {
    version: 1,
    profile: 'balanced',
    backends: [{ name: 'suite', ...everything, ...backend }],
    policies: {
      default: 'allow',
      requests: { sampling: 'allow', elicitation: 'allow', roots: 'allow' },
      // The suite calls a tool that deletes by its name, and nobody is there to be asked.
      baseline: { destructive_tools: 'allow' },
    },
    audit: { dir: join(folder, 'audit'), include_arguments: 'redacted' },
    ...more,
  };
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}
