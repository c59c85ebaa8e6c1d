import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The checkout: this runs from `build/scripts/conformance`. */
export const ROOT = dirname(dirname(dirname(HERE)));
export const CLI = join(ROOT, 'dist', 'sallyport.cjs');
export const DRIVE = join(HERE, 'drive.js');
export const FIXTURE = join(ROOT, 'build', 'tests', 'fixtures', 'conformance');
export const PAGE = join(ROOT, 'docs', 'conformance.md');
/** Where the suite is installed, once. */
export const SUITE =
  process.env.SALLYPORT_CONFORMANCE_SUITE ?? join(ROOT, 'node_modules', '.cache', 'sallyport-conformance');
