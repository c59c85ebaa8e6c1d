import type { Loss } from '../../model/call.ts';
import { IdTable } from '../../model/id-table.ts';
import type { RpcId } from '../../wire/frame.ts';
import type { Payload } from '../../wire/payload.ts';
import type { InFlight } from '../in-flight.ts';
import type { Account } from '../ports.ts';

/** What runs for one client, by the ids it gave; its principal's account counts what runs for all of them. */
export class RunningRequests {
  readonly #account: Account;
  readonly #running = new IdTable<InFlight>();

  constructor(account: Account) {
    this.#account = account;
  }

  has(id: RpcId): boolean {
    return this.#running.has(id.key);
  }

  hold(id: RpcId, running: InFlight): void {
    if (!this.#running.has(id.key)) this.#account.running++;
    this.#running.set(id.key, running);
  }

  release(id: RpcId): void {
    if (!this.#running.has(id.key)) return;
    this.#account.running--;
    this.#running.delete(id.key);
  }

  cancel(id: string | number, reason: Payload | undefined): void {
    this.#running.get(id)?.cancel(reason);
  }

  /** Whether anything runs that will end. */
  get busy(): boolean {
    return this.#running.values().some(({ lasting }) => lasting !== true);
  }

  /** The client is gone. What cannot be called off, because it is not for a client to do so, is forgotten. */
  end(): void {
    for (const running of this.#running.values()) running.cancel(undefined);
    this.#account.running -= this.#running.size;
    this.#running.clear();
  }

  /** Ends everything, each with one answer. */
  lose(loss: Loss): void {
    for (const running of this.#running.values()) running.lose(loss);
  }
}
