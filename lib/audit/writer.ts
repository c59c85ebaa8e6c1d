import { basename, dirname } from 'node:path';
import type { AuditLog, Done, RefusedFrame } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import type { AuditConfig } from '../model/config.ts';
import type { Decision, Reason } from '../model/decision.ts';
import type { Log } from '../model/log.ts';
import type { Mask } from '../model/mask.ts';
import { ownFolder } from '../model/own-folder.ts';
import { captureArguments } from './capture.ts';
import { Chain, GENESIS } from './chain.ts';
import type { Covering } from './checkpoints/covering.ts';
import { prune, segmentName } from './files.ts';
import { callMembers, doneMembers, eventMembers, recordBody, refusedMembers, unaskedMembers } from './records.ts';
import { Segment } from './segment.ts';

const SYNC_EVERY_MS = 1000;
const NO_KEYS: readonly string[] = [];
/** More records than this waiting for a disk, and nothing may go on unrecorded, whatever the profile. */
const MOST_WAITING = 10_000;
/** Records of what was refused meanwhile are counted instead of kept from here on; the log will say how many. */
const MOST_KEPT = 2 * MOST_WAITING;
/** Files a record names at most. */
const MOST_NAMED = 20;

export interface AuditSetting {
  readonly config: AuditConfig;
  /** Names the policy in force. */
  readonly revision: string;
}

export interface AuditSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** Signs what is written, where that is configured. */
  readonly covering?: Covering | undefined;
  /** Hears of what the log cannot say of itself. */
  readonly unwritten?: ((event: string, fields: Readonly<Record<string, unknown>>) => void) | undefined;
}

/**
 * The tamper-evident log of one process: a chain of records over one or more segments. No file is made before
 * the first record; a record that was not written stays gathered and is tried again with the next.
 */
export class AuditWriter implements AuditLog {
  #setting: AuditSetting;
  readonly #around: AuditSurroundings;
  readonly #startMs: number;
  #segment: Segment | undefined;
  #dir: string | undefined;
  #segmentCount = 0;
  #seq = 0;
  #prev = GENESIS;
  readonly #chain = new Chain();
  #gathered: string[] = [];
  #lost = 0;
  /** Since the start. */
  #lostEver = 0;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = -1;
  #lastTs = '';

  constructor(setting: AuditSetting, around: AuditSurroundings) {
    this.#setting = setting;
    this.#around = around;
    this.#startMs = around.clock.now();
  }

  get blocksOnFailure(): boolean {
    return this.#setting.config.onFailure === 'block' || this.#gathered.length > MOST_WAITING;
  }

  /** Where records go. */
  get dir(): string {
    return this.#dir ?? this.#setting.config.dir;
  }

  /** Records from here on are made under another policy. */
  change(setting: AuditSetting): void {
    this.#setting = setting;
  }

  call(call: Call, decision: Decision, revision: string): void {
    if (!this.#setting.config.enabled) return;
    const captured = captureArguments(
      call.args,
      call.params?.argumentKeys() ?? NO_KEYS,
      this.#setting.config.includeArguments,
      this.#around.mask,
    );
    this.#add('call', callMembers(call, decision, captured, revision, this.#around.mask));
  }

  unasked(call: Omit<Call, 'facts' | 'args' | 'params'>, reason: Reason): void {
    this.#add('call', unaskedMembers(call, reason, this.#setting.revision, this.#around.mask));
  }

  done(call: Call, done: Done): void {
    if (!this.#setting.config.enabled) return;
    this.#add('done', doneMembers(call, done, this.#around.mask));
  }

  refused(frame: RefusedFrame): void {
    this.#add('refused', refusedMembers({ ...frame, detail: this.#around.mask(frame.detail) }));
  }

  event(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#add('event', eventMembers(event, fields, this.#around.mask));
  }

  /** Whether it can be written, and how many records were given up since the start. */
  get health(): { readonly failing: boolean; readonly lost: number } {
    return { failing: this.#failing, lost: this.#lostEver };
  }

  commit(): boolean {
    if (this.#gathered.length === 0) return true;
    try {
      this.#write();
      if (this.#failing) this.#recovered();
      return true;
    } catch (error) {
      this.#failed(error as Error);
      return false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#gathered.length > 0) this.commit();
    this.#segment?.close();
    this.#segment = undefined;
    this.#around.covering?.close();
  }

  #add(kind: string, members: string): void {
    if (!this.#setting.config.enabled) return;
    if (this.#gathered.length >= MOST_KEPT) {
      this.#lost++;
      this.#lostEver++;
      return;
    }
    this.#seq++;
    this.#gathered.push(recordBody(this.#seq, this.#now(), kind, members));
  }

  #write(): void {
    const segment = this.#openSegment();
    const { reserveHeld } = segment;
    this.#chain.begin(this.#prev);
    for (const body of this.#gathered) this.#chain.add(body);
    segment.append(this.#chain.lines());
    this.#around.covering?.wrote(this.#chain.lines(), this.#gathered.length);
    this.#prev = this.#chain.prev;
    this.#gathered = [];
    if (this.#setting.config.fsync === 'always') segment.syncNow();
    this.#timer ??= setInterval(() => this.#everySecond(), SYNC_EVERY_MS).unref();
    if (reserveHeld && !segment.reserveHeld) {
      const why = `the disk is nearly full: records of ${this.dir} went into its reserve`;
      this.#around.log.write('error', 'audit_reserve_spent', { code: 'SP7001', why });
      this.#around.unwritten?.('audit_reserve_spent', { code: 'SP7001', why });
    }
  }

  #everySecond(): void {
    this.#segment?.sync();
    if (!this.#failing) this.#segment?.holdReserve();
    this.#around.covering?.tick();
  }

  /** The segment to write to; a full one is closed and the chain goes on in the next. */
  #openSegment(): Segment {
    const current = this.#segment;
    if (current !== undefined && current.size < this.#setting.config.rotate.size) return current;
    const dir = this.#folder();
    this.#segmentCount++;
    const next = new Segment(dir, segmentName(process.pid, this.#startMs, this.#segmentCount));
    current?.close();
    this.#segment = next;
    this.#around.covering?.began(next);
    setImmediate(() => this.#housekeep(next));
    return next;
  }

  /** The folder of the log; where the home is read-only, one under the temporary folder, and it is said. */
  #folder(): string {
    const { dir, fallbackDir } = this.#setting.config;
    try {
      ownFolder(this.#dir ?? dir);
    } catch (error) {
      if (fallbackDir === undefined || this.#dir !== undefined) throw error;
      ownFolder(dirname(fallbackDir));
      ownFolder(fallbackDir);
      this.#dir = fallbackDir;
      this.#around.log.write('error', 'audit_folder', {
        code: 'SP7001',
        why: `${(error as Error).message}; records go to ${fallbackDir}`,
      });
    }
    this.#dir ??= dir;
    return this.#dir;
  }

  /** Things that may wait until nobody does. */
  #housekeep(segment: Segment): void {
    if (segment !== this.#segment) return;
    segment.holdReserve();
    const { shipping } = this.#setting.config;
    if (shipping === undefined) this.#prune(segment);
    else void import('./shipping/unshipped.ts').then(({ unshippedIn }) => this.#pruneShipped(segment, unshippedIn));
  }

  /** What a destination does not have yet outlives its retention. */
  #pruneShipped(segment: Segment, unshippedIn: typeof import('./shipping/unshipped.ts').unshippedIn): void {
    const { shipping, retentionMs } = this.#setting.config;
    const { kept, givenUp } = unshippedIn(this.#dir!, shipping!, this.#around.clock.now(), retentionMs);
    this.#prune(segment, kept);
    if (givenUp.length === 0) return;
    const files = givenUp.map((path) => basename(path)).slice(0, MOST_NAMED);
    this.#around.log.write('error', 'unshipped_deleted', { code: 'SP7023', why: `never shipped: ${files.join(', ')}` });
    this.event('unshipped_deleted', { code: 'SP7023', count: givenUp.length, files });
  }

  #prune(segment: Segment, kept?: ReadonlySet<string>): void {
    const { rotate, retentionMs } = this.#setting.config;
    const dir = this.#dir!;
    try {
      const left = prune(dir, basename(segment.path), this.#around.clock.now(), retentionMs, kept);
      // By size: each process has a file of its own, and most of them are small.
      if (left.bytes <= rotate.keep * rotate.size) return;
      this.#around.log.write('warn', 'audit_segments', { code: 'SP7004', ...left, dir });
    } catch (error) {
      this.#around.log.write('warn', 'audit_prune_failed', { dir, why: (error as Error).message });
    }
  }

  #failed(error: Error): void {
    if (this.#failing) return;
    this.#failing = true;
    const { dir } = this.#setting.config;
    this.#around.log.write('error', 'audit_failed', { code: 'SP7001', dir, why: error.message });
    this.#around.unwritten?.('audit_failing', { code: 'SP7001', why: error.message });
  }

  #recovered(): void {
    this.#failing = false;
    this.#around.log.write('warn', 'audit_recovered', { lost: this.#lost || undefined });
    this.#around.unwritten?.('audit_recovered', { lost: this.#lost });
    if (this.#lost === 0) return;
    this.event('records_lost', { code: 'SP7001', count: this.#lost });
    this.#lost = 0;
    this.commit();
  }

  #now(): string {
    const ms = this.#around.clock.now();
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#lastTs = new Date(ms).toISOString();
    }
    return this.#lastTs;
  }
}
