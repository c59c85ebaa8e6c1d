import type { Level, Log } from '../../../lib/model/log.ts';

/** A log that keeps what it is told. */
export class LogProbe implements Log {
  readonly entries: { level: Level; event: string; fields: Readonly<Record<string, unknown>> }[] = [];

  write(level: Level, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level, event, fields });
  }

  of(event: string): Readonly<Record<string, unknown>>[] {
    return this.entries.filter((entry) => entry.event === event).map(({ fields }) => fields);
  }
}
