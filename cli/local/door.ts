import { clientProcess } from '../../backends/client-process.ts';
import { ownProcess, type ProcessId } from '../../backends/local/announced.ts';
import type { LocalServer } from '../../backends/local/local-server.ts';
import { isSomebodyWatching } from '../../backends/local/onlookers.ts';
import type { Gateway } from '../../lib/gateway/gateway.ts';
import type { ApprovalDesk } from '../../lib/model/approval-desk.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { ServingMode } from '../../lib/model/live-status.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Mask } from '../../lib/model/mask.ts';
import { printable } from '../../lib/model/printable.ts';
import type { Stops } from '../../lib/model/stops.ts';
import type { Watcher } from '../../lib/model/watcher.ts';
import type { WatchedAudit } from '../../lib/observe/watched-audit.ts';
import { SeenBudgets } from '../../lib/quota/seen-budgets.ts';

export interface DoorGround {
  readonly gateway: Gateway;
  readonly audit: WatchedAudit;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** Where what waits is answered; loaded when somebody looks. */
  desk(): Promise<ApprovalDesk>;
  readonly state: { readonly stops: Stops };
  /** Where sockets of this user's gateways are. */
  readonly folder: string;
  /** Where their clients are remembered. */
  readonly stateDir: string;
  readonly mode: ServingMode;
  readonly user: string;
  turn(work: () => void): void;
}

/** The client has its first answers by then, and a client that only looks what we are has left. */
const QUIET_START_MS = 1000;
/** Who looks for gateways finds one within this time after its socket was opened, or is held up. */
const FOUND_WITHIN_MS = 5000;
const MOST_TEXT = 300;

/**
 * The local socket of a gateway, for `sallyport approvals` and `sallyport top`. It is opened when something was recorded and
 * the start is over, or at once when somebody has to be asked who is there or about to come; a gateway that was only probed leaves nothing behind.
 */
export class LocalDoor {
  readonly #ground: DoorGround;
  readonly #sinceMs: number;
  readonly #failures = new Map<string, number>();
  readonly #budgets: SeenBudgets;
  #opening: Promise<LocalServer | undefined> | undefined;
  #openedMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #ends: readonly (() => void)[];
  #closed = false;

  constructor(ground: DoorGround) {
    this.#ground = ground;
    this.#sinceMs = ground.clock.now();
    const soon = () => {
      this.#timer ??= setTimeout(() => this.#open(), QUIET_START_MS).unref();
      unwatch();
    };
    const first: Watcher = { called: soon, ended: soon, refused: soon, event: soon };
    const unwatch = ground.audit.watch(first);
    const noted: Watcher = { event: (event, { backend }) => this.#note(event, backend) };
    this.#budgets = new SeenBudgets(ground.clock);
    this.#ends = [unwatch, ground.audit.watch(noted), ground.audit.watch(this.#budgets)];
  }

  /** How long those are worth waiting for who are about to look and are not there yet. The socket is opened for them. */
  onlookersWithinMs(): number {
    const { clock, folder } = this.#ground;
    const now = clock.monotonic();
    const leftMs = (this.#openedMs ?? now) + FOUND_WITHIN_MS - now;
    if (this.#closed || leftMs <= 0 || !isSomebodyWatching(folder)) return 0;
    this.#open();
    return leftMs;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
    await (await this.#opening)?.close();
  }

  #open(): void {
    if (this.#closed || process.platform === 'win32') return;
    this.#openedMs ??= this.#ground.clock.monotonic();
    this.#opening ??= this.#listen().catch((error: Error) => {
      this.#ground.log.write('warn', 'local_socket_unavailable', { why: error.message });
      return undefined;
    });
  }

  async #listen(): Promise<LocalServer> {
    const { LocalServer } = await import('../../backends/local/local-server.ts');
    const { liveStatus } = await import('./live-status.ts');
    const { feed } = await import('./feed.ts');
    const { gateway, audit, clock, mask, desk, state, folder, stateDir, mode, user, turn } = this.#ground;
    const clean = (text: string) => printable(mask(text), MOST_TEXT);
    const looked = { gateway, mode, sinceMs: this.#sinceMs, failures: this.#failures, stops: state.stops, clean };
    const client = mode === 'serve' ? undefined : starterOf();
    const place = { folder, stateDir, own: ownProcess(), mode, client };
    return LocalServer.open(place, {
      desk,
      user,
      status: () => liveStatus({ ...looked, budgets: () => this.#budgets.seen }),
      watch: async (hear) => feed({ clock, desk: await desk(), clean, watch: (watcher) => audit.watch(watcher) }, hear),
      refused: (fields) => audit.event('local_request_refused', fields),
      turn: (work) => {
        let done: { readonly value: ReturnType<typeof work> } | undefined;
        turn(() => {
          done = { value: work() };
        });
        if (done === undefined) throw new Error('the gateway is at its end');
        return done.value;
      },
    });
  }

  #note(event: string, backend: unknown): void {
    if (event === 'approval_asked') this.#open();
    if (event !== 'backend_down' || typeof backend !== 'string') return;
    this.#failures.set(backend, (this.#failures.get(backend) ?? 0) + 1);
  }
}

/** The client that started this process. */
function starterOf(): ProcessId {
  const [pid, start] = clientProcess().split('-') as [string, string];
  return { pid: Number(pid), start };
}
