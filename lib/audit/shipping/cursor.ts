import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A place between two records of a log: before it lie `offset` bytes of `segment`, and the record `seq`. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly seq: number;
}

/** How far a destination has a log: up to `at`; from there to `pending` it was sent, and may have arrived. */
export interface Cursor {
  readonly at: Place;
  readonly pending: Place | undefined;
}

export const BEGINNING: Place = { segment: 1, offset: 0, seq: 0 };

/** The file is there and says nothing that could be true. */
export class CursorLost extends Error {}

export function cursorPath(folder: string, log: string): string {
  return join(folder, `${log}.cursor`);
}

/** Reads a cursor; undefined when there is none. Throws {@link CursorLost} when what it says cannot be believed. */
export function readCursor(path: string): Cursor | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CursorLost((error as Error).message);
  }
  const split = text.lastIndexOf(' ');
  const body = text.slice(0, split);
  if (split === -1 || text.slice(split + 1).trimEnd() !== digestOf(body)) throw new CursorLost('it was changed or cut');
  const { at, pending } = JSON.parse(body) as Cursor;
  return { at, pending };
}

/**
 * Puts a cursor in its place without anybody waiting on the thread calls pass: on the device and whole before it has its
 * name, so that a crash leaves this one or the one before.
 */
export async function placeCursor(path: string, cursor: Cursor): Promise<void> {
  const body = JSON.stringify({ v: 1, ...cursor });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${body} ${digestOf(body)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** Whether `place` lies before `other`. */
export function isBefore(place: Place, other: Place): boolean {
  return place.segment < other.segment || (place.segment === other.segment && place.offset < other.offset);
}

/** A file that was cut short or altered shows. */
function digestOf(body: string): string {
  return hash('sha256', body, 'hex').slice(0, 16);
}
