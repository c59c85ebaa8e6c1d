import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: tests run from `build/tests`. */
export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The bundled program, as users get it. */
export const CLI = join(ROOT, 'dist', 'sallyport.cjs');

/** The scriptable MCP server (tests/fixtures/server.ts). */
export const FIXTURE_SERVER = join(ROOT, 'build', 'tests', 'fixtures', 'server.js');
