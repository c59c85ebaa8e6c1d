import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { toFormat } from '../../lib/audit/export/form.ts';
import { segmentOf } from '../../lib/audit/shipping/log-files.ts';
import { groupSegments } from '../../lib/audit/verify.ts';
import type { ExportFormat } from '../../lib/model/shipping.ts';
import { segmentsOf } from '../audit/log.ts';
import { CommandError, EXIT, printError } from '../output/print.ts';
import { type FilterOptions, filterOf, searched } from './audit-query.ts';
import { foldersOf, type WhereOptions } from './audit-read.ts';
import { filesOf } from './audit-verify.ts';

export interface ExportOptions extends Omit<WhereOptions, 'json'>, FilterOptions {
  readonly format: ExportFormat;
  readonly output?: string;
}

const GATHERED = 256 * 1024;
const STDOUT = 1;

/** Writes every record that matches, log by log and in the order of each log; one that has no place of its own, too. */
export async function auditExport(
  files: readonly string[],
  { format, output, dir, config, ...options }: ExportOptions,
): Promise<number> {
  const segments = files.length > 0 ? filesOf(files) : segmentsOf(await foldersOf({ dir, config }));
  const filter = filterOf(options);
  const out = output === undefined ? new Lines(STDOUT) : new PlacedLines(output);
  try {
    for (const group of groupSegments(segments)) {
      const log = segmentOf(basename(group[0]!))?.log;
      searched(group, filter, [], ({ whole }) => out.add(toFormat(format, whole(), log)));
    }
    out.end();
  } catch (error) {
    out.giveUp();
    throw error;
  }
  printError(`${out.count} records`);
  return EXIT.ok;
}

/** Lines on their way to a file descriptor, gathered, and never more in memory than that. */
class Lines {
  count = 0;
  readonly fd: number;
  #gathered: string[] = [];
  #length = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  add(line: string): void {
    this.count++;
    this.#gathered.push(line, '\n');
    this.#length += line.length + 1;
    if (this.#length >= GATHERED) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.#gathered.join(''), 'utf8');
    this.#gathered = [];
    this.#length = 0;
    for (let at = 0; at < bytes.length; ) at += this.#write(bytes, at);
  }

  end(): void {
    this.flush();
  }

  giveUp(): void {
    if (this.fd === STDOUT) this.flush();
  }

  /** A pipe that is full takes nothing for a moment; one whose reader has left takes nothing any more. */
  #write(bytes: Buffer, at: number): number {
    try {
      return writeSync(this.fd, bytes, at);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return pause();
      if (code === 'EPIPE') throw new CommandError('nobody reads what is exported', EXIT.ok);
      throw new CommandError(`cannot be written: ${message}`, EXIT.unavailable);
    }
  }
}

/** The same in a file that has its name only once all of it is there. */
class PlacedLines extends Lines {
  readonly #path: string;
  readonly #draft: string;

  constructor(path: string) {
    const draft = `${path}.${randomBytes(4).toString('hex')}.new`;
    super(opened(draft));
    this.#path = path;
    this.#draft = draft;
  }

  override end(): void {
    this.flush();
    fsyncSync(this.fd);
    closeSync(this.fd);
    renameSync(this.#draft, this.#path);
  }

  override giveUp(): void {
    rmSync(this.#draft, { force: true });
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Gives whoever reads a moment; answers that nothing was written. */
function pause(): number {
  Atomics.wait(NOTHING, 0, 0, 5);
  return 0;
}
