export type Level = 'error' | 'warn' | 'info' | 'debug';

/**
 * Diagnostics for people; never standard output, never the audit log. Writers make every value printable
 * and mask known secrets, so callers may pass text from outside.
 */
export interface Log {
  write(level: Level, event: string, fields?: Readonly<Record<string, unknown>>): void;
}
