import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { LockTaken, takeLock } from '../registry/file-lock.ts';

/** Takes a log for this process and one destination; undefined while another process has it. */
export async function holdLog(folder: string, log: string) {
  const path = join(folder, `${log}.lock`);
  try {
    const lock = await takeLock(path, 0);
    return {
      get isOurs() {
        return lock.isOurs;
      },
      release: () => lock.release(),
      renew() {
        const now = Date.now() / 1000;
        try {
          utimesSync(path, now, now);
        } catch {
          // It was taken away; whoever asks whether it is ours will hear so.
        }
      },
    };
  } catch (error) {
    if (error instanceof LockTaken) return undefined;
    throw error;
  }
}
