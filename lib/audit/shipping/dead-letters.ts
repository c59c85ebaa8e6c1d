import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { safeJson } from '../../model/safe-json.ts';
import type { LoggedLine } from './stretch.ts';

/** What a destination would not take, and why: kept beside its cursors for whoever looks into it. */
export async function setAside(folder: string, log: string, lines: readonly LoggedLine[], why: string): Promise<void> {
  const file = await open(deadLetters(folder), 'a', 0o600);
  try {
    const text = lines.map(({ text: record, seq, end }) =>
      safeJson({ log, segment: end.segment, end: end.offset, seq, why, record }),
    );
    await file.writeFile(`${text.join('\n')}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

export function deadLetters(folder: string): string {
  return join(folder, 'dead-letters.jsonl');
}
