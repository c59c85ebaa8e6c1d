import type { Clock } from '../lib/model/clock.ts';
import type { BackendConfig } from '../lib/model/config.ts';
import type { Log } from '../lib/model/log.ts';
import type { Outage, ServerState } from '../lib/model/server.ts';
import { RestartPlan } from './restart-plan.ts';

/** What supervision needs of the gateway. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  turn(work: () => void): void;
}

/** The states a server goes through, whatever it is, and when it may be started again. */
export class Supervision {
  state: ServerState = 'idle';
  outage: Outage | undefined;
  /** It has answered its handshake since it was last started. */
  wasReady = false;
  readonly #name: string;
  readonly #pad: Surroundings;
  readonly #plan: RestartPlan;
  readonly #start: () => void;
  #retry: NodeJS.Timeout | undefined;

  constructor({ name, restart }: BackendConfig, pad: Surroundings, start: () => void) {
    this.#name = name;
    this.#pad = pad;
    this.#plan = new RestartPlan(restart, pad.clock);
    this.#start = start;
  }

  demand(): Outage | undefined {
    if (this.state === 'stopped') return { code: 'SP5010', text: `${this.#name} is shut down` };
    if (this.state === 'starting' || this.state === 'ready') return undefined;
    const rest = this.#plan.restMs();
    if (rest > 0) return { ...this.outage!, code: 'SP5005', retryAfterMs: rest };
    this.#startLater();
    return undefined;
  }

  ready(): void {
    this.state = 'ready';
    this.wasReady = true;
    this.outage = undefined;
  }

  /** It is gone. One that was ready is started again as soon as it may be, once `tell` has told of it. */
  down(outage: Outage, tell: () => void): void {
    this.outage = outage;
    this.#plan.failed();
    const rest = this.#plan.restMs();
    this.state = rest > 0 ? 'resting' : 'idle';
    this.#pad.log.write(this.wasReady ? 'warn' : 'error', 'backend_down', {
      backend: this.#name,
      code: outage.code,
      why: outage.text,
      hint: outage.hint,
      restsMs: rest || undefined,
    });
    tell();
    if (this.wasReady && this.state === 'idle') this.#startLater();
  }

  /** It is ended because nobody needs it. */
  rest(): void {
    this.state = 'idle';
  }

  stop(): void {
    this.state = 'stopped';
    clearTimeout(this.#retry);
  }

  #startLater(): void {
    const ms = this.#plan.delayMs();
    this.state = 'starting';
    clearTimeout(this.#retry);
    if (ms <= 0) this.#begin();
    else this.#retry = setTimeout(() => this.#pad.turn(() => this.#begin()), ms);
  }

  #begin(): void {
    this.wasReady = false;
    this.#start();
  }
}
