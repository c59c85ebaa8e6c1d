import { existsSync, statSync } from 'node:fs';
import { segmentsIn } from '../../lib/audit/files.ts';
import { type AuditRecord, NotARecord, readRecords, wholeBytes } from '../../lib/audit/read.ts';
import { timeOfId } from '../../lib/model/ids.ts';
import { CommandError, EXIT } from '../output/print.ts';

/** Reads segments, each record once however often it is asked. A line that is still being written waits. */
export class LogReader {
  readonly #wanted: (record: AuditRecord) => boolean;
  readonly #readTo = new Map<string, number>();

  constructor(wanted: (record: AuditRecord) => boolean) {
    this.#wanted = wanted;
  }

  /** What was not read before, oldest first. */
  async read(files: readonly string[]): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for (const file of files) {
      const to = wholeBytes(file);
      try {
        for await (const record of readRecords(file, this.#readTo.get(file) ?? 0, to)) {
          if (this.#wanted(record)) found.push(record);
        }
      } catch (error) {
        if (!(error instanceof NotARecord)) throw error;
        throw new CommandError(`${error.message}; see \`sallyport audit verify ${file}\``, EXIT.integrity);
      }
      this.#readTo.set(file, to);
    }
    return found.sort((a, b) => (String(a.ts) < String(b.ts) ? -1 : String(a.ts) > String(b.ts) ? 1 : 0));
  }
}

/** Every segment in these folders. */
export function segmentsOf(dirs: readonly string[]): string[] {
  return dirs.filter((dir) => existsSync(dir)).flatMap((dir) => segmentsIn(dir).map(({ path }) => path));
}

/** Clocks of writers and of the file system may differ by so much. */
const CLOCK_SLACK_MS = 60_000;

/** Whether a segment may hold the record of this decision: it was written to after the decision was made. */
export function mayHold(file: string, id: string): boolean {
  const made = timeOfId(id);
  return made === undefined || statSync(file).mtimeMs >= made - CLOCK_SLACK_MS;
}
