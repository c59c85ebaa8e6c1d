// Builds the package: compiles with the TypeScript compiler, then bundles the CLI into dist/.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'], {
  stdio: 'inherit',
});

const chunks = await bundled('sallyport', 'build/cli/main.js', '[name].cjs');
// The thread that parses SQL is a program of its own, started by its file.
const ofThread = await bundled('sql-worker', 'build/lib/parse/sql/worker.js', 'chunks/[name].cjs');
chmodSync('dist/sallyport.cjs', 0o755);
const sqlparser = join('node_modules', '@guanmingchiu', 'sqlparser-ts');
const libpgQuery = join('node_modules', 'libpg-query');
compress(join(libpgQuery, 'wasm', 'libpg-query.wasm'), 'libpg-query.wasm.br');
compress(join(sqlparser, 'wasm', 'sqlparser_rs_wasm_bg.wasm'), 'sqlparser.wasm.br');
copyFileSync(join(libpgQuery, 'wasm', 'libpg-query.js'), join('dist', 'chunks', 'libpg-query.cjs'));
copyFileSync(join(sqlparser, 'wasm', 'sqlparser_rs_wasm.js'), join('dist', 'chunks', 'sqlparser.mjs'));
writeFileSync(
  'dist/THIRD-PARTY-LICENSES.txt',
  licences([...chunks, ...ofThread], [join(root, libpgQuery), join(root, sqlparser)]),
);

async function bundled(name, input, entryFileNames) {
  const bundle = await rolldown({
    input: { [name]: input },
    platform: 'node',
    external: [/^node:/, ...builtinModules],
  });
  const { output } = await bundle.write({
    dir: 'dist',
    format: 'cjs',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    entryFileNames,
    chunkFileNames: 'chunks/[name].cjs',
  });
  return output;
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
