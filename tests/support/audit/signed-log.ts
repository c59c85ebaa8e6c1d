import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { CheckpointCheck, type Coverage } from '../../../lib/audit/checkpoints/checkpoint-check.ts';
import { readCheckpoints } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { Checkpoints } from '../../../lib/audit/checkpoints/checkpoints.ts';
import { CopyFolder } from '../../../lib/audit/checkpoints/copy-folder.ts';
import { type Verifier, verifierOf } from '../../../lib/audit/checkpoints/note.ts';
import { ownSigner } from '../../../lib/audit/checkpoints/signing-key.ts';
import { type Verified, verifyChain } from '../../../lib/audit/verify.ts';
import { AuditWriter } from '../../../lib/audit/writer.ts';
import { type Clock, systemClock } from '../../../lib/model/clock.ts';
import type { AuditConfig } from '../../../lib/model/config.ts';
import { temporaryFolder } from '../folder.ts';
import { auditFiles } from '../program/gateway.ts';

export interface SignedLogOptions {
  readonly home?: string;
  readonly every?: number;
  readonly segmentBytes?: number;
  readonly copies?: boolean;
  readonly keyFile?: string;
  readonly clock?: Clock;
}

/** A log that is signed while it is written, with what it said meanwhile. */
export class SignedLog {
  readonly dir: string;
  readonly copyDir: string;
  readonly keyFile: string;
  readonly said: string[] = [];
  readonly writer: AuditWriter;
  readonly checkpoints: Checkpoints;
  #count = 0;

  constructor(home: string, options: SignedLogOptions = {}) {
    this.dir = join(home, 'audit');
    this.copyDir = join(home, 'copies');
    this.keyFile = options.keyFile ?? join(home, 'keys', 'audit.key');
    const clock = options.clock ?? systemClock;
    const log = { write: (level: string, event: string) => void this.said.push(`${level} ${event}`) };
    const checkpoints = { enabled: true, keyFile: this.keyFile, every: options.every ?? 10, copyTo: undefined };
    const config: AuditConfig = {
      enabled: true,
      dir: this.dir,
      fallbackDir: undefined,
      includeArguments: 'redacted',
      rotate: { size: options.segmentBytes ?? 1_000_000, keep: 100 },
      retentionMs: 1e12,
      onFailure: 'continue',
      fsync: '1s',
      shipping: undefined,
      checkpoints,
    };
    const copies = options.copies === true ? new CopyFolder(this.copyDir, log) : undefined;
    const report = ({ code, why }: { readonly code: string; readonly why: string }) => {
      this.writer.event('checkpoint_failed', { code, why });
      this.writer.commit();
    };
    this.checkpoints = new Checkpoints(checkpoints, { clock, log, report, copies });
    this.writer = new AuditWriter(
      { config, revision: 'r1' },
      { clock, log, mask: (text) => text, covering: this.checkpoints },
    );
  }

  /** Writes so many records, each for itself. */
  write(records: number): void {
    for (let i = 0; i < records; i++) {
      this.writer.event('noted', { n: ++this.#count, about: 'a record of some length, as they are' });
      this.writer.commit();
    }
  }

  /** Writes so many, and waits for a checkpoint that covers them. */
  async signed(records: number): Promise<void> {
    this.write(records);
    await eventually(() => coveredBy(this.dir) >= this.#count);
  }

  get files(): string[] {
    return auditFiles(this.dir);
  }

  get verifier(): Verifier {
    return verifierOf(ownSigner(this.keyFile).publicKey);
  }
}

/** A log of 45 records in several segments, ended in good order. */
export async function endedLog(t: TestContext, options: SignedLogOptions = {}): Promise<SignedLog> {
  const log = new SignedLog(options.home ?? temporaryFolder(t), { segmentBytes: 4000, ...options });
  for (let i = 0; i < 4; i++) await log.signed(10);
  log.write(5);
  log.writer.close();
  return log;
}

export interface Finding extends Verified {
  readonly coverage: Coverage;
}

/** What verifying these segments finds, with the checkpoints beside them and those of files kept elsewhere. */
export function verified(
  files: readonly string[],
  verifiers: readonly Verifier[],
  against: readonly string[] = [],
): Finding {
  const dir = join(files[0]!, '..');
  const leftOver = readdirSync(dir)
    .filter(
      (name) => name.endsWith('.jsonl.checkpoints') && !existsSync(join(dir, name.slice(0, -'.checkpoints'.length))),
    )
    .map((name) => join(dir, name));
  const elsewhere = against.map((file) => readCheckpoints(file)!);
  const check = new CheckpointCheck({ files, leftOver, elsewhere, verifiers });
  return { ...verifyChain(files, check), coverage: check.coverage };
}

/** Files of checkpoints in a folder, in the order of their segments. */
export function checkpointFiles(dir: string): string[] {
  const number = (name: string) => Number(/\.(\d+)\.jsonl/.exec(name)?.[1] ?? 1);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith('.checkpoints'))
    .sort((a, b) => number(a) - number(b))
    .map((name) => join(dir, name));
}

/** How many records the checkpoints in a folder cover. */
export function coveredBy(dir: string): number {
  const sizes = checkpointFiles(dir).flatMap((file) => readCheckpoints(file)!.checkpoints.map(({ size }) => size));
  return Math.max(0, ...sizes);
}

/** Awaits something that happens in a later turn; gives up after a minute. */
export async function eventually(happened: () => boolean): Promise<void> {
  const until = Date.now() + 60_000;
  while (!happened()) {
    if (Date.now() > until) throw new Error('it did not happen');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

export const named = (files: readonly string[]) => files.map((file) => basename(file));
