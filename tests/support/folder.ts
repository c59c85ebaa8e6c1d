import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const writers = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** A folder of its own for one test, gone when the test is over and what writes there has ended. */
export function temporaryFolder(t: TestContext, parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sallyport-test-'));
  t.after(async () => {
    await Promise.all((writers.get(t) ?? []).map((end) => end()));
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return folder;
}

/** Ends something before the folders of the test go, whichever was made first: it may make a folder anew. */
export function endWith(t: TestContext, end: () => Promise<unknown>): void {
  const known = writers.get(t);
  if (known === undefined) writers.set(t, [end]);
  else known.push(end);
  t.after(end);
}
