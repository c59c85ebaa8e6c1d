// Builds the package: compiles with the TypeScript compiler, then bundles the CLI into dist/.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'], {
  stdio: 'inherit',
});

const bundle = await rolldown({
  input: { sallyport: 'build/cli/main.js' },
  platform: 'node',
  external: [/^node:/, ...builtinModules],
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'cjs',
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
});
chmodSync('dist/sallyport.cjs', 0o755);
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences(output));

/** The licence of every package that went into the bundle. */
function licences(chunks) {
  const folders = new Set();
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
      const text = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'COPYING']
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
