// Builds the package: compiles with the TypeScript compiler, then bundles the CLI into dist/.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { parse } from 'yaml';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'], {
  stdio: 'inherit',
});
execFileSync(process.execPath, [join('build', 'scripts', 'rules', 'compile.js')], { stdio: 'inherit' });

execFileSync(process.execPath, ['build/scripts/rules/secrets.js', '--check'], { stdio: 'inherit' });

const chunks = await bundled('main', 'build/cli/main.js', 'chunks/[name].cjs', {
  BUILD_HASH: JSON.stringify(hashOfAll(['package-lock.json', ...codeBelow('build/cli'), ...codeBelow('build/lib')])),
});
const program = readFileSync('dist/chunks/main.cjs');
const ofStart = await bundled('sallyport', 'build/cli/start.js', '[name].cjs', {
  PROGRAM_HASH: JSON.stringify(createHash('sha256').update(program).digest('hex')),
});
// The thread that parses SQL is a program of its own, started by its file.
const ofThread = await bundled('sql-worker', 'build/lib/parse/sql/worker.js', 'chunks/[name].cjs');
// So is the one that reads large messages.
const ofInspection = await bundled('inspection-worker', 'build/lib/inspect/thread/worker.js', 'chunks/[name].cjs');
// So is the process in which a model of the operator's runs.
const ofClassifier = await bundled('classifier', 'build/backends/detectors/onnx/classify.js', 'chunks/[name].cjs');
chmodSync('dist/sallyport.cjs', 0o755);
const sqlparser = join('node_modules', '@guanmingchiu', 'sqlparser-ts');
const libpgQuery = join('node_modules', 'libpg-query');
compress(join(libpgQuery, 'wasm', 'libpg-query.wasm'), 'libpg-query.wasm.br');
compress(join(sqlparser, 'wasm', 'sqlparser_rs_wasm_bg.wasm'), 'sqlparser.wasm.br');
copyFileSync(join(libpgQuery, 'wasm', 'libpg-query.js'), join('dist', 'chunks', 'libpg-query.cjs'));
copyFileSync(join(sqlparser, 'wasm', 'sqlparser_rs_wasm.js'), join('dist', 'chunks', 'sqlparser.mjs'));
// Where lib/inspect/rule-set.ts looks for them.
const rules = join('build', 'lib', 'inspect', 'data');
for (const file of readdirSync(rules)) copyFileSync(join(rules, file), join('dist', 'chunks', file));
// The attacks of `sallyport attack` are read from one file (lib/attack/load-corpus.ts).
const cases = readdirSync('lib/attack/cases')
  .sort()
  .map((name) => parse(readFileSync(join('lib/attack/cases', name), 'utf8')));
writeFileSync(join('dist', 'chunks', 'attack-cases.json'), JSON.stringify(cases));
// Where lib/inspect/linear/weights-file.ts looks for them.
for (const file of ['weights.bin', 'weights.json'])
  copyFileSync(join('lib', 'inspect', 'linear', file), join('dist', 'chunks', file));
const notice = readFileSync('lib/inspect/secrets/rules/NOTICE.md', 'utf8').trim();
const packages = licences(
  [...chunks, ...ofStart, ...ofThread, ...ofInspection, ...ofClassifier],
  [join(root, libpgQuery), join(root, sqlparser)],
);
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', `${packages}\n\n${'-'.repeat(72)}\n\n${notice}\n`);

async function bundled(name, input, entryFileNames, define = {}) {
  const bundle = await rolldown({
    input: { [name]: input },
    platform: 'node',
    transform: { define },
    external: [/^node:/, ...builtinModules],
  });
  const { output } = await bundle.write({
    dir: 'dist',
    format: 'cjs',
    // What an entry imports at once is one file: each file more takes half a millisecond to load.
    codeSplitting: { groups: [{ name, tags: ['$initial'] }] },
    comments: false,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    entryFileNames,
    chunkFileNames: 'chunks/[name].cjs',
  });
  for (const { type, fileName } of output) if (type === 'chunk') writeAsAscii(join('dist', fileName));
  return output;
}

function codeBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => join(folder, name));
}

function hashOfAll(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * One character beyond Latin-1 would have the engine keep two bytes for each of all others. An escape means the same but
 * behind a backslash and in raw templates, which nobody has.
 */
function writeAsAscii(file) {
  const text = readFileSync(file, 'utf8');
  const raw = /\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.exec(text);
  if (raw !== null) throw new Error(`${file} has a character that cannot be escaped: ${raw[0].slice(-20)}`);
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, text.replace(/[^\0-\x7f]/g, escaped));
}

/** WebAssembly shrinks to a fifth, and is unpacked in milliseconds when it is needed (lib/parse/sql/wasm-bytes.ts). */
function compress(from, to) {
  writeFileSync(join('dist', 'chunks', to), brotliCompressSync(readFileSync(from)));
}

/** The licence of every package that went into the bundle, or was copied beside it. */
function licences(chunks, copied) {
  const folders = new Set(copied);
  for (const chunk of chunks) {
    for (const id of chunk.moduleIds ?? []) {
      const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
      if (match) folders.add(match[1]);
    }
  }
  const require = createRequire(import.meta.url);
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = require(join(folder, 'package.json'));
      const text = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'COPYING', 'wasm/LICENSE']
        .map((file) => read(join(folder, file)))
        .find(Boolean);
      return `${name} ${version} (${license})\n\n${text ?? 'No licence file is part of the package.'}`.trim();
    })
    .join(`\n\n${'-'.repeat(72)}\n\n`);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
