import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Tests that drive no program of their own: they find faults in a module by calling it. */
const DIRECT = /^build\/tests\/(unit\/|property\/|policy\.test|days\.test)/;

/** The compiled files of folders or files named by their source (`lib/parse`, `lib/parse/url.ts`), from the root. */
export function compiledFiles(named: readonly string[]): string[] {
  const all = filesOf('build/lib');
  const wanted = named.map((name) => `build/${name.replace(/\/$/, '').replace(/\.ts$/, '.js')}`);
  return all.filter((file) => wanted.some((one) => file === one || file.startsWith(`${one}/`)));
}

/** Which compiled tests reach a compiled file by imports, the nearest first. */
export class TestGraph {
  readonly #importers = new Map<string, string[]>();

  constructor() {
    for (const file of [...filesOf('build/tests'), ...filesOf('build/lib'), ...filesOf('build/backends')]) {
      // Modules and threads that are loaded later are named in string literals as well.
      for (const [, name] of readFileSync(file, 'utf8').matchAll(/['"](\.\.?\/[^'"\n]+\.js)['"]/g)) {
        const target = normalize(join(dirname(file), name!));
        this.#importers.set(target, [...(this.#importers.get(target) ?? []), file]);
      }
    }
  }

  testsOf(file: string): string[] {
    const seen = new Set([file]);
    let ring = [file];
    while (ring.length > 0) {
      ring = [...new Set(ring.flatMap((one) => this.#importers.get(one) ?? []))].filter((one) => !seen.has(one)).sort();
      for (const one of ring) seen.add(one);
    }
    return [...seen].filter((one) => one.endsWith('.test.js') && DIRECT.test(one));
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name))
    .sort();
}
