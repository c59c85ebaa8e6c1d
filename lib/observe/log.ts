import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'winston';
import type { Clock } from '../model/clock.ts';
import type { LogConfig } from '../model/config.ts';
import type { Level, Log } from '../model/log.ts';
import { type Entry, LEVELS, showBrief, showEntry } from './entry.ts';

export interface LogSurroundings {
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  /** Folder for the file of this process, when the config names none. */
  readonly dir: string;
  readonly fallbackDir: string;
  /** Where a person sees what cannot wait. */
  readonly stderr: (line: string) => void;
}

const FILE_BYTES = 5_000_000;
const FILES_KEPT = 3;
/** Entries kept in memory until a file is open. */
const MOST_WAITING = 5000;

/**
 * Diagnostics, written by winston, which is loaded once the client has its first answer: until then entries
 * wait in memory. Errors also go to standard error, each text once.
 */
export class DiagnosticLog implements Log {
  readonly #config: LogConfig;
  readonly #around: LogSurroundings;
  readonly #told = new Set<string>();
  #waiting: Entry[] = [];
  #logger: Logger | undefined;
  #opening: Promise<void> | undefined;

  constructor(config: LogConfig, around: LogSurroundings) {
    this.#config = config;
    this.#around = around;
  }

  write(level: Level, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const entry: Entry = { ts: new Date(this.#around.clock.now()).toISOString(), level, event, fields };
    if (level === 'error') this.#tell(entry);
    if (LEVELS.indexOf(level) > LEVELS.indexOf(this.#config.level)) return;
    if (this.#logger !== undefined) this.#log(entry);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(entry);
  }

  /** Loads the writer and lets out what has waited. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Writes what is left, even if the writer was never loaded. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    const logger = this.#logger;
    if (logger === undefined) return this.#writeWaiting();
    await new Promise<void>((resolve) => {
      logger.once('finish', () => resolve());
      setTimeout(resolve, 200).unref();
      logger.end();
    });
  }

  async #open(): Promise<void> {
    const { createLogger, format, transports } = await import('winston');
    const levels = Object.fromEntries(LEVELS.map((level, index) => [level, index]));
    const filename = this.#file();
    const options = { level: this.#config.level };
    const transport =
      filename === 'stderr'
        ? new transports.Console({ ...options, stderrLevels: [...LEVELS] })
        : new transports.File({
            ...options,
            filename,
            maxsize: FILE_BYTES,
            maxFiles: FILES_KEPT,
            tailable: true,
            options: { flags: 'a', mode: 0o600 },
          });
    transport.on('error', () => {});
    this.#logger = createLogger({
      levels,
      format: format.printf(({ message }) => String(message)),
      transports: [transport],
    });
    for (const entry of this.#waiting.splice(0)) this.#log(entry);
  }

  #log(entry: Entry): void {
    this.#logger!.log(entry.level, showEntry(entry, this.#config.format, this.#around.mask));
  }

  #tell(entry: Entry): void {
    const line = showBrief(entry, this.#around.mask);
    if (this.#told.has(line) || this.#config.file === 'stderr') return;
    this.#told.add(line);
    this.#around.stderr(line);
  }

  #writeWaiting(): void {
    const lines = this.#waiting.splice(0).map((entry) => showEntry(entry, this.#config.format, this.#around.mask));
    if (lines.length === 0) return;
    const filename = this.#file();
    if (filename === 'stderr') for (const line of lines) this.#around.stderr(line);
    else appendFileSync(filename, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  /** A file of this process, so that no two write to the same one; nowhere at all is never an error. */
  #file(): string {
    if (this.#config.file === 'stderr') return 'stderr';
    const name = `sallyport-${process.pid}-${Math.round(this.#around.clock.now())}.log`;
    const { dir, fallbackDir } = this.#around;
    const candidates =
      this.#config.file === undefined ? [join(dir, name), join(fallbackDir, name)] : [this.#config.file];
    for (const file of candidates) {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        return file;
      } catch {
        // The next folder may do.
      }
    }
    return 'stderr';
  }
}
