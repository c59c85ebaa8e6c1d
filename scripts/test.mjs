// Runs the compiled tests with Node's own runner. Arguments choose files by a part of their path.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));

/** More than this is no accident of a busy machine. */
const REPEATED_AT_MOST = 5;

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

const { status, failed } = run(files, 2);
process.exit(status === 0 || wanted.length > 0 ? status : repeated(failed));

/**
 * Many tests drive real processes against a clock, and one in thousands may lose against a machine that stalls. Of
 * the whole suite, files that failed are run once more, alone: what fails there as well has failed.
 */
function repeated(failed) {
  if (failed.length === 0 || failed.length > REPEATED_AT_MOST) return 1;
  console.log(`\n== once more, alone: ${failed.join(' ')}`);
  const again = run(failed, 1);
  if (again.status === 0) console.log(`\n! failed beside others and passed alone, to be mended: ${failed.join(' ')}`);
  return again.status;
}

/** Runs test files, `atOnce` at a time: the exit status, and the files in which a test failed. */
function run(files, atOnce) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-failed-'));
  const record = join(folder, 'files');
  const args = [
    '--enable-source-maps',
    '--test',
    '--test-timeout=240000',
    `--test-concurrency=${atOnce}`,
    // This reporter repeats every failure at the end, which is what is left of a long log.
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/failed-files.mjs',
    `--test-reporter-destination=${record}`,
  ];
  const { status } = spawnSync(process.execPath, [...args, ...flags, ...files], { cwd: root, stdio: 'inherit' });
  const failed = readFileSync(record, 'utf8').split('\n').filter(Boolean);
  rmSync(folder, { recursive: true });
  return { status: status ?? 1, failed };
}
