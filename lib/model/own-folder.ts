import { mkdirSync, statSync } from 'node:fs';

/** Makes a folder only its owner can enter; refuses one that somebody else made. */
export function ownFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (process.getuid === undefined) return;
  const { uid } = statSync(dir);
  if (uid !== process.getuid() && uid !== 0) throw new Error(`${dir} belongs to another user`);
}
