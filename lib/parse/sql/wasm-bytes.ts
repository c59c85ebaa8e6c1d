import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/*
 * Where the parsers come from: the build puts them beside the chunks of the bundle, compressed; code that is not
 * bundled takes them from the packages they come with. Never from the network.
 */

export function libpgQueryBytes(): Uint8Array<ArrayBuffer> {
  return bytesOf('libpg-query.wasm.br', () => join(packaged('libpg-query'), 'libpg-query.wasm'));
}

export function sqlparserBytes(): Uint8Array<ArrayBuffer> {
  return bytesOf('sqlparser.wasm.br', () => join(sqlparserFolder(), 'sqlparser_rs_wasm_bg.wasm'));
}

/** URL of the module that goes with {@link libpgQueryBytes}, as it is in its package: compressing code of Emscripten breaks it. */
export function libpgQueryModule(): string {
  return moduleAt('libpg-query.cjs', () => join(packaged('libpg-query'), 'libpg-query.js'));
}

/** URL of the module that goes with {@link sqlparserBytes}; its package does not export it. */
export function sqlparserModule(): string {
  return moduleAt('sqlparser.mjs', () => join(sqlparserFolder(), 'sqlparser_rs_wasm.js'));
}

function moduleAt(bundled: string, unbundled: () => string): string {
  return pathToFileURL(existsSync(beside(bundled)) ? beside(bundled) : unbundled()).href;
}

function bytesOf(bundled: string, unbundled: () => string): Uint8Array<ArrayBuffer> {
  const compressed = beside(bundled);
  if (existsSync(compressed)) return new Uint8Array(brotliDecompressSync(readFileSync(compressed)));
  return new Uint8Array(readFileSync(unbundled()));
}

function sqlparserFolder(): string {
  return join(packaged('@guanmingchiu/sqlparser-ts'), '..', 'wasm');
}

function packaged(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(name));
}

function beside(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}
