// Turns the config of gitleaks into rules of ours: `node build/scripts/rules/secrets-import.js FILE VERSION`.
import { readFileSync, writeFileSync } from 'node:fs';
import { readGitleaks } from './secrets/read-gitleaks.ts';

const [file, version] = process.argv.slice(2);
if (file === undefined || version === undefined) throw new Error('which file, and which version of it?');
const found = readGitleaks(readFileSync(file, 'utf8'), version);
writeFileSync('lib/inspect/secrets/rules/gitleaks.json', `${JSON.stringify(found, null, 1)}\n`);
console.log(`${found.rules.length} rules`);
