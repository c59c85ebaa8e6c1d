import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'winston';
import type { Clock } from '../model/clock.ts';
import type { LogConfig } from '../model/config.ts';
import type { Level, Log } from '../model/log.ts';
import type { Mask } from '../model/mask.ts';
import { type Entry, LEVELS, showBrief, showEntry } from './entry.ts';
import { logFileName, makeLogFile, makeOwnLogFile } from './log-file.ts';

export interface LogSurroundings {
  readonly clock: Clock;
  readonly mask: Mask;
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
/** Different errors told on standard error; later ones are only in the log. */
const MOST_TOLD = 500;

/** Entries written without winston: most gateways never write more, and it costs 5 MB of memory. */
const FEW = 100;
const GATHER_MS = 50;

/**
 * Diagnostics. Entries wait in memory until the client has its first answer; then the first few are written as they
 * are, and winston, which rotates the file, is loaded for those who write more. Errors also go to standard error,
 * each text once. No entry, no file.
 */
export class DiagnosticLog implements Log {
  readonly #config: LogConfig;
  readonly #around: LogSurroundings;
  readonly #told = new Set<string>();
  #waiting: Entry[] = [];
  #logger: Logger | undefined;
  #mayOpen = false;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;
  #path: string | undefined;
  #closed = false;
  #opening: Promise<void> | undefined;
  /** No file could be made, so everything goes to standard error, where errors have been told already. */
  #nowhere = false;

  constructor(config: LogConfig, around: LogSurroundings) {
    this.#config = config;
    this.#around = around;
  }

  write(level: Level, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const entry: Entry = { ts: new Date(this.#around.clock.now()).toISOString(), level, event, fields };
    if (level === 'error') this.#tell(entry);
    if (this.#closed || LEVELS.indexOf(level) > LEVELS.indexOf(this.#config.level)) return;
    if (this.#logger !== undefined) return this.#log(entry);
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(entry);
    if (this.#mayOpen) this.#gather();
  }

  /** From now on entries may be written. */
  open(): void {
    this.#mayOpen = true;
    if (this.#waiting.length > 0) this.#gather();
  }

  /** Writes what is left, even if the writer was never loaded. What comes later is only told, when it is an error. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#opening?.catch(() => {});
    const logger = this.#logger;
    if (logger === undefined) return this.#writeWaiting();
    await new Promise<void>((resolve) => {
      logger.once('finish', () => resolve());
      setTimeout(resolve, 200).unref();
      logger.end();
    });
  }

  /** Entries of the same moment are written at once. */
  #gather(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#written += this.#waiting.length;
      if (this.#written <= FEW) this.#writeWaiting();
      else (this.#opening ??= this.#open()).catch(() => {});
    }, GATHER_MS).unref();
  }

  async #open(): Promise<void> {
    const { createLogger, format, transports } = await import('winston');
    const levels = Object.fromEntries(LEVELS.map((level, index) => [level, index]));
    const filename = this.#chosen();
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
    if (this.#nowhere && entry.level === 'error') return;
    this.#logger!.log(entry.level, showEntry(entry, this.#config.format, this.#around.mask));
  }

  #tell(entry: Entry): void {
    const line = showBrief(entry, this.#around.mask);
    if (this.#told.has(line) || this.#told.size >= MOST_TOLD || this.#config.file === 'stderr') return;
    this.#told.add(line);
    this.#around.stderr(line);
  }

  #writeWaiting(): void {
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return;
    const file = this.#chosen();
    const left = this.#nowhere ? waiting.filter(({ level }) => level !== 'error') : waiting;
    const lines = left.map((entry) => showEntry(entry, this.#config.format, this.#around.mask));
    if (file === 'stderr') for (const line of lines) this.#around.stderr(line);
    else tryAppend(file, `${lines.join('\n')}\n`);
  }

  #chosen(): string {
    this.#path ??= this.#file();
    return this.#path;
  }

  /** Where to write: the file asked for, or one of this process; standard error when neither can be made. */
  #file(): string {
    if (this.#config.file === 'stderr') return 'stderr';
    const { dir, fallbackDir, clock } = this.#around;
    const name = logFileName(process.pid, clock.now());
    const own = this.#config.file === undefined;
    const candidates = own ? [join(dir, name), join(fallbackDir, name)] : [this.#config.file];
    let why = '';
    for (const file of candidates) {
      try {
        if (own) makeOwnLogFile(file);
        else makeLogFile(file);
        return file;
      } catch (error) {
        why = (error as Error).message;
      }
    }
    this.#nowhere = true;
    this.#around.stderr(`sallyport: diagnostics go to standard error: ${this.#around.mask(why)}`);
    return 'stderr';
  }
}

/** A full disk costs diagnostics, never a call. */
function tryAppend(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch {
    // What cannot wait is on standard error already.
  }
}
