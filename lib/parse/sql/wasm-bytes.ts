import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/*
 * Where the parsers come from: the build puts them beside the chunks of the bundle, compressed; code that is not
 * bundled takes them from the packages they come with. Never from the network. `here` is the URL of the code.
 */

export function libpgQueryBytes(here = import.meta.url): Uint8Array<ArrayBuffer> {
  return bytesOf(here, 'libpg-query.wasm.br', () => join(packaged('libpg-query'), 'libpg-query.wasm'));
}

export function sqlparserBytes(here = import.meta.url): Uint8Array<ArrayBuffer> {
  return bytesOf(here, 'sqlparser.wasm.br', () => join(sqlparserFolder(), 'sqlparser_rs_wasm_bg.wasm'));
}

/** URL of the module that goes with {@link libpgQueryBytes}, as it is in its package: compressing code of Emscripten breaks it. */
export function libpgQueryModule(here = import.meta.url): string {
  return moduleAt(here, 'libpg-query.cjs', () => join(packaged('libpg-query'), 'libpg-query.js'));
}

/** URL of the module that goes with {@link sqlparserBytes}; its package does not export it. */
export function sqlparserModule(here = import.meta.url): string {
  return moduleAt(here, 'sqlparser.mjs', () => join(sqlparserFolder(), 'sqlparser_rs_wasm.js'));
}

function moduleAt(here: string, bundled: string, unbundled: () => string): string {
  const file = beside(here, bundled);
  return pathToFileURL(existsSync(file) ? file : unbundled()).href;
}

function bytesOf(here: string, bundled: string, unbundled: () => string): Uint8Array<ArrayBuffer> {
  const compressed = beside(here, bundled);
  if (existsSync(compressed)) return new Uint8Array(brotliDecompressSync(readFileSync(compressed)));
  return new Uint8Array(readFileSync(unbundled()));
}

function sqlparserFolder(): string {
  return join(packaged('@guanmingchiu/sqlparser-ts'), '..', 'wasm');
}

function packaged(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(name));
}

function beside(here: string, name: string): string {
  return fileURLToPath(new URL(`./${name}`, here));
}
