import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { cacheDir, folders } from '../../lib/config/folders.ts';
import { keepFile, keptFile } from '../../lib/model/kept-file.ts';

/** By then a client has its first answers, and most of what a session needs is compiled. */
const QUIET_MS = 1000;
/** One for each version of Sallyport and of Node that is in use on a machine. */
const MOST_KEPT = 6;

/** These stay, and only they write: who asks for the version, or only what we are, finds nothing made. */
const SERVING = new Set(['wrap', 'run', 'serve']);

/**
 * Runs the program in `file`, a CommonJS module of ASCII, with the compiled code of an earlier run, which saves two thirds
 * of the time a start takes. `hash` is that of the program. Code that is damaged, of another version or of another Node is
 * never used, and made anew.
 */
export function runCompiled(file: string, hash: string): void {
  const kept = placeOf(file, hash);
  const source = Module.wrap(readFileSync(file, 'latin1'));
  const cachedData = kept && keptFile(kept);
  const script = new Script(source, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) keepLater(script, kept);
  const module = new Module(file);
  const require = createRequire(file);
  module.filename = file;
  // Other parts of the program ask for this one by its name.
  require.cache[file] = module;
  const run = script.runInThisContext() as (...of: readonly unknown[]) => void;
  run.call(module.exports, module.exports, require, module, file, dirname(file));
  module.loaded = true;
}

/** Undefined where nobody can say which folder is ours. */
function placeOf(file: string, hash: string): string | undefined {
  try {
    const { size, mtimeMs } = statSync(file);
    const { version, arch, platform, execArgv, env } = process;
    const key = [hash, size, mtimeMs, version, arch, platform, execArgv, env['NODE_OPTIONS'] ?? ''];
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
    return join(cacheDir(folders()), `code-${name}`);
  } catch {
    return undefined;
  }
}

function keepLater(script: Script, path: string): void {
  if (!SERVING.has(process.argv[2] ?? '')) return;
  setTimeout(() => keepFile(path, script.createCachedData(), MOST_KEPT), QUIET_MS).unref();
}
