import { type FSWatcher, watch } from 'node:fs';
import { LocalClient, LocalFault } from '../../backends/local/local-client.ts';
import { beginWatching } from '../../backends/local/onlookers.ts';
import type { PendingApproval } from '../../lib/model/approval-desk.ts';
import type { LiveEvent, LiveStatus } from '../../lib/model/live-status.ts';
import { runningGateways } from '../local/gateways.ts';
import { usualRunFolder } from '../local/open-door.ts';
import type { Wish } from './desk-view.ts';
import type { Scene } from './scene.ts';

/** How often what changes without being told is looked at; gateways that come are told of at once. */
const EVERY_MS = 1000;

/** Connections to all gateways of the user, those that start later too; what they say goes into the scene. */
export class WatchedGateways {
  readonly #scene: Scene;
  readonly #changed: () => void;
  readonly #clients = new Map<number, LocalClient>();
  readonly #connecting = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #arrivals: FSWatcher | undefined;
  #leave = () => {};

  constructor(scene: Scene, changed: () => void) {
    this.#scene = scene;
    this.#changed = changed;
  }

  begin(): void {
    this.#waitForArrivals();
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#arrivals?.close();
    this.#leave();
    for (const client of this.#clients.values()) client.close();
  }

  /** Has one gateway told what somebody answered; says how that went. */
  async answer({ waiting: { gateway, pending }, approved }: Wish): Promise<string> {
    const client = this.#clients.get(gateway);
    if (client === undefined) return `Gateway ${gateway} has ended.`;
    const { id, digest, calls } = pending;
    try {
      const said = { request: id, digest, approved, scope: 'once', calls: Math.max(1, calls) };
      const { assurance } = await client.insist('answer', said);
      return `${approved ? 'Approved' : 'Denied'} ${id} (${String(assurance)}).`;
    } catch (error) {
      if (!(error instanceof LocalFault)) throw error;
      const { code, text } = error.fault;
      return `${code === undefined ? '' : `[${code}] `}${text}`;
    }
  }

  /** Has gateways that are started now wait for us, and hears of them. Where that cannot be, they are found by looking. */
  #waitForArrivals(): void {
    if (process.platform === 'win32') return;
    const folder = usualRunFolder();
    try {
      this.#leave = beginWatching(folder);
      this.#arrivals = watch(folder, (_, name) => name?.endsWith('.json') && this.#look());
      this.#arrivals.on('error', () => {});
    } catch {
      // A folder of somebody else, or one that cannot be made or watched.
    }
  }

  #look(): void {
    for (const [gateway, folder] of runningGateways()) {
      const { pid } = gateway;
      const known = this.#clients.get(pid);
      if (known !== undefined) void this.#ask(pid, known);
      else if (!this.#connecting.has(pid)) void this.#connect(pid, () => LocalClient.to(gateway, folder));
    }
    this.#changed();
  }

  async #connect(pid: number, connect: () => Promise<LocalClient>): Promise<void> {
    this.#connecting.add(pid);
    try {
      const client = await connect();
      client.onEvent = (event) => this.#hear(pid, event as unknown as LiveEvent & { readonly dropped?: number });
      client.onEnd = () => {
        this.#clients.delete(pid);
        this.#scene.leave(pid);
        this.#changed();
      };
      await client.ask('watch');
      this.#clients.set(pid, client);
      await this.#ask(pid, client);
    } catch (error) {
      // One that ends just now, or has no place for us: it is tried again.
      if (!(error instanceof LocalFault)) throw error;
    } finally {
      this.#connecting.delete(pid);
    }
  }

  async #ask(pid: number, client: LocalClient): Promise<void> {
    try {
      const { status } = await client.ask('status');
      const { pending } = await client.ask('pending');
      if (this.#clients.get(pid) !== client) return;
      this.#scene.statuses.set(pid, status as LiveStatus);
      this.#scene.setWaiting(pid, pending as PendingApproval[]);
      this.#changed();
    } catch (error) {
      if (!(error instanceof LocalFault)) throw error;
      client.close();
    }
  }

  #hear(pid: number, event: LiveEvent & { readonly dropped?: number }): void {
    this.#scene.missed += event.dropped ?? 0;
    this.#scene.hear(pid, event);
    this.#changed();
  }
}
