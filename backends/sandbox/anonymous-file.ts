import { randomBytes } from 'node:crypto';
import { openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Opens a file that has no name any more and holds `content`, read from its beginning; answers its descriptor. */
export function anonymousFile(content: Buffer): number {
  const path = join(tmpdir(), `sallyport-${randomBytes(12).toString('hex')}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  // Written at a place, so that whoever reads on from here reads all of it.
  writeSync(descriptor, content, 0, content.length, 0);
  return descriptor;
}
