import type { Clock } from '../lib/model/clock.ts';
import type { BackendConfig } from '../lib/model/config.ts';
import { isPromise } from '../lib/model/later.ts';
import type { Log } from '../lib/model/log.ts';
import type { Outage, Server, ServerEvents, ServerState } from '../lib/model/server.ts';
import type { ByteBudget } from '../lib/wire/budget.ts';
import { Link, type LinkEvents, type Tap } from '../lib/wire/link.ts';
import type { FrameLimits } from '../lib/wire/reader.ts';
import { startEnvironment } from './environment.ts';
import { fingerprintOf } from './fingerprint.ts';
import { hintFor } from './hint.ts';
import { LastLine } from './last-line.ts';
import { resolveLaunch } from './launch.ts';
import { type Breach, outageOf } from './limits/breach.ts';
import { surroundingsOf } from './prepared.ts';
import type { Exit, ServerProcess } from './process.ts';
import type { ProcessQuota } from './process-quota.ts';
import type { Confined } from './sandbox/confined.ts';
import { leadsElsewhere } from './sandbox/root-folders.ts';
import { confined, type StartGround, shut, started } from './starting.ts';
import { StderrLines } from './stderr.ts';
import { Supervision } from './supervision.ts';
import { outageBy } from './why-ended.ts';

/** What all backends of one gateway share. */
export interface Launchpad extends StartGround {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: FrameLimits;
  readonly budget: ByteBudget;
  readonly processes: ProcessQuota;
  readonly inherited: NodeJS.ProcessEnv;
  /** Name of the operating system's user. */
  readonly user: string;
  /** Sees every byte to and from a backend, for diagnosis. */
  readonly tap: ((backend: string) => Tap) | undefined;
  /** Writes down what is no call. */
  event(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** Surrounds the work a chunk from a backend causes. */
  turn(work: () => void): void;
}

/** After its process exits, a server's last words may still be in the pipe; longer than this nobody waits. */
const LAST_WORDS_MS = 150;
const MOST_CLIENT_FOLDERS = 256;
const FAIL_TERM_MS = 0;
const FAIL_KILL_MS = 500;
/** One that rests may take its time, but whoever needs it meanwhile waits for its end. */
const REST_TERM_MS = 1000;
const REST_KILL_MS = 3000;

/** An MCP server run as a child process: started on demand, restarted within bounds, ended with all its kin. */
export class StdioServer implements Server {
  readonly name: string;
  #config: BackendConfig;
  readonly #owner: string;
  readonly #pad: Launchpad;
  readonly #supervision: Supervision;
  #events: ServerEvents | undefined;
  #process: ServerProcess | undefined;
  #notPassed: readonly string[] = [];
  #lastLine = new LastLine();
  #confinedBy = 'none';
  #startedIn = '';
  /** Folders clients said they work in. */
  readonly #roots = new Set<string>();
  /** The limit that ended it, when one did. */
  #breach: Breach | undefined;
  readonly #endings = new Set<Promise<void>>();
  #fingerprint: string | undefined;
  /** The end of the process that rests. */
  #resting: Promise<void> | undefined;

  /** `owner` is the principal it works for. */
  constructor(config: BackendConfig, pad: Launchpad, owner: string) {
    this.#owner = owner;
    this.name = config.name;
    this.#config = config;
    this.#pad = pad;
    this.#supervision = new Supervision(config, pad, () => this.#start());
  }

  get state(): ServerState {
    return this.#supervision.state;
  }

  get outage(): Outage | undefined {
    return this.#supervision.outage;
  }

  get fingerprint(): string {
    const { command, args, cwd } = this.#config;
    this.#fingerprint ??= fingerprintOf(resolveLaunch(command, args, this.#pad.stateDir), cwd);
    return this.#fingerprint;
  }

  get confinedBy(): string | undefined {
    return this.#process === undefined ? undefined : this.#confinedBy;
  }

  listen(events: ServerEvents): void {
    this.#events = events;
  }

  demand(): Outage | undefined {
    const needsRoom = this.state === 'idle' && this.#resting === undefined;
    if (needsRoom && !this.#pad.processes.hasRoom(this.#owner)) {
      return { code: 'SP5016', text: `${this.name} has no room: too many processes run`, retryAfterMs: 5000 };
    }
    return this.#supervision.demand();
  }

  ready(): void {
    this.#supervision.ready();
  }

  fail(outage: Outage): void {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    this.#track(running.end(FAIL_TERM_MS, FAIL_KILL_MS));
    this.#down(this.#supervision.wasReady ? outage : { ...outage, hint: this.#hint() });
  }

  rest(): void {
    const running = this.#process;
    if (running === undefined || this.state !== 'ready') return;
    this.#process = undefined;
    this.#supervision.rest();
    this.#resting = running.end(REST_TERM_MS, REST_KILL_MS).finally(() => {
      this.#resting = undefined;
    });
    this.#track(this.#resting);
  }

  async close(termAfterMs: number, killAfterMs: number): Promise<void> {
    this.#supervision.stop();
    const running = this.#process;
    this.#process = undefined;
    if (running !== undefined) this.#track(running.end(termAfterMs, killAfterMs));
    await Promise.all(this.#endings);
  }

  reaches(folders: readonly string[]): boolean {
    const { followsRoots, write } = this.#config.sandbox;
    if (this.#pad.sandboxes === undefined || !followsRoots) return true;
    const before = this.#roots.size;
    for (const uri of before < MOST_CLIENT_FOLDERS ? folders.slice(0, MOST_CLIENT_FOLDERS) : [])
      if (leadsElsewhere(uri, write)) this.#roots.add(uri);
    return this.#roots.size === before;
  }

  configure(config: BackendConfig): void {
    this.#config = config;
  }

  get isOutdated(): boolean {
    return this.#process !== undefined && this.#startedIn !== surroundingsOf(this.#config, this.#pad);
  }

  /** Two processes of one server might want the same file or port, so the old one is gone before. */
  #start(): void {
    if (this.#resting === undefined) return this.#startNow();
    void this.#resting.then(() => this.#pad.turn(() => (this.state === 'starting' ? this.#startNow() : undefined)));
  }

  #startNow(): void {
    this.#lastLine = new LastLine();
    this.#breach = undefined;
    this.#startedIn = surroundingsOf(this.#config, this.#pad);
    const failed = (error: unknown) => this.#pad.turn(() => this.#notStarted(error as Error));
    try {
      const environment = startEnvironment(this.#config, this.#pad);
      this.#notPassed = environment.notPassed;
      const ready = confined(
        this.#config,
        environment.variables,
        { roots: [...this.#roots], owner: ['', this.#pad.user].includes(this.#owner) ? undefined : this.#owner },
        this.#pad,
      );
      if (!isPromise(ready)) return this.#run(ready);
      ready.then((late) => this.#pad.turn(() => this.#runLate(late)), failed);
    } catch (error) {
      setImmediate(failed, error);
    }
  }

  /** It may have been told to end while its sandbox was made. */
  #runLate(late: Confined): void {
    if (this.state !== 'starting') return this.#track(shut({ confined: late }));
    try {
      this.#run(late);
    } catch (error) {
      this.#track(shut({ confined: late }));
      this.#notStarted(error as Error);
    }
  }

  #run(around: Confined): void {
    const start = started(this.#config, around, this.#pad);
    const { process: child, limited } = start;
    const { pid } = child;
    const sandbox = around.driver && { sandbox: around.driver.name, network: this.#config.sandbox.network };
    this.#pad.log.write('info', 'backend_started', { backend: this.name, pid, how: around.how, ...sandbox });
    this.#process = child;
    this.#confinedBy = around.driver?.name ?? 'none';
    this.#pad.processes.started(this.#owner);
    void child.exited.then((exit) => {
      this.#pad.processes.ended(this.#owner);
      this.#breach ??= limited.ended(exit);
      this.#track(this.#exited(child, exit).then(() => shut(start)));
    });
    if (pid === undefined) return;
    limited.started(pid, (breach) => this.#pad.turn(() => this.#overuse(child, breach)));
    this.#readDiagnostics(child);
    this.#connect(child);
  }

  /** It uses more than it may, and nothing but us ends it for that. */
  #overuse(child: ServerProcess, breach: Breach): void {
    if (this.#process !== child) return;
    this.#breach = breach;
    this.fail(outageOf(this.name, breach, { code: null, signal: 'SIGKILL' }));
  }

  /** What goes wrong before there is a process is an outage like any other, and comes as late as any other. */
  #notStarted(error: Error): void {
    if (this.state === 'starting') this.#down(this.#describe({ code: null, signal: null, error }));
  }

  #readDiagnostics({ stderr }: ServerProcess): void {
    const lastLine = this.#lastLine;
    new StderrLines(stderr, this.#pad.clock, (line) => {
      lastLine.note(line);
      this.#pad.log.write('info', 'stderr', { backend: this.name, line });
    });
  }

  #connect(started: ServerProcess): void {
    const mine = (work: () => void) => () => {
      if (this.#process === started) work();
    };
    const events: LinkEvents = {
      chunk: (read) => this.#pad.turn(read),
      frame: (frame) => mine(() => this.#events?.frame(frame))(),
      drained: () => {},
      ended: () => {
        setTimeout(() => this.#pad.turn(mine(() => this.#deaf())), LAST_WORDS_MS).unref();
      },
    };
    const link = new Link(
      started.stdout,
      started.stdin,
      this.#pad.limits,
      this.#pad.budget,
      events,
      this.#pad.tap?.(this.name),
    );
    void started.exited.then(() => link.readOut());
    this.#events?.up(link);
  }

  /** The output is closed and the process still there: nothing it does can be answered any more. */
  #deaf(): void {
    this.fail({ code: 'SP5002', text: `${this.name} closed its standard output` });
  }

  async #exited(ended: ServerProcess, exit: Exit): Promise<void> {
    if (ended.pid !== undefined) {
      await ended.lastWords(LAST_WORDS_MS);
      this.#track(ended.end(0, 300));
    }
    if (this.#process !== ended) return;
    this.#process = undefined;
    this.#pad.turn(() => this.#down(this.#describe(exit)));
  }

  #down(outage: Outage): void {
    if (this.#breach !== undefined)
      this.#pad.event('limit_exceeded', { backend: this.name, ...this.#breach, code: 'SP5030' });
    this.#supervision.down(outage, () => this.#events?.down(outage));
  }

  #describe(exit: Exit): Outage {
    const { wasReady } = this.#supervision;
    const ended = { exit, breach: this.#breach, wasReady, said: this.#lastLine.text, hint: this.#hint() };
    const outage = outageBy(this.#config, ended);
    if (outage.code === 'SP5023') this.#pad.sandboxes?.drivers.forget('bwrap');
    return outage;
  }

  #hint(): string | undefined {
    return hintFor(this.#lastLine.text, this.#notPassed);
  }

  #track(ending: Promise<void>): void {
    this.#endings.add(ending);
    void ending.finally(() => this.#endings.delete(ending));
  }
}
