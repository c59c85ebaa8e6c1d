// Runs the compiled tests with Node's own runner. Arguments choose files by a part of their path.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));

const files = readdirSync(join(root, 'build', 'tests'), { recursive: true })
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((file) => join('build', 'tests', file))
  .sort();
if (files.length === 0) {
  console.error('no test file matches; run `npm run build` first');
  process.exit(1);
}
// Compiling alone leaves the data of the rules as it was, or leaves none.
execFileSync(process.execPath, [join(root, 'build', 'scripts', 'rules', 'compile.js'), '--if-stale'], {
  stdio: 'inherit',
});
const run = spawnSync(
  process.execPath,
  // This reporter repeats every failure at the end, which is what is left of a long log.
  [
    '--enable-source-maps',
    '--test',
    '--test-timeout=120000',
    '--test-concurrency=2',
    '--test-reporter=spec',
    ...flags,
    ...files,
  ],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(run.status ?? 1);
