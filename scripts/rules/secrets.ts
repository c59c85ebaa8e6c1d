// Compiles the rules for secrets: `npm run rules:secrets`. With `--check` it fails when what is there is not what they make.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledRules } from './secrets/compile-rules.ts';

const folder = join('lib', 'inspect', 'secrets', 'rules');
const target = join(folder, 'compiled.ts');
const text = compiledRules(folder);
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error(`${target} is not what its rules make; run \`npm run rules:secrets\` and commit`);
  process.exit(1);
}
