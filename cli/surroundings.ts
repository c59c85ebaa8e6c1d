import type { Guardian } from '../backends/guardian.ts';
import type { Sandboxes } from '../backends/sandbox/sandboxes.ts';
import type { AuditLog } from '../lib/model/audit.ts';
import type { Clock } from '../lib/model/clock.ts';
import type { Config } from '../lib/model/config.ts';
import type { Detector } from '../lib/model/detector.ts';
import type { Log } from '../lib/model/log.ts';
import type { Identities } from './identity/identity.ts';
import type { ReadConfig } from './policy/compiled-policy.ts';
import type { Detectors } from './policy/detectors.ts';
import type { Sandboxing } from './sandbox/sandboxing.ts';

export interface SurroundingsGround {
  readonly audit: AuditLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly stateDir: string;
  readonly guardian: Guardian;
  readonly identities: Identities;
  turn(work: () => void): void;
}

/** What a config means for what stands around policy; nothing of it holds before {@link inForce}, which cannot fail. */
export interface Prepared {
  /** What its checks may ask. */
  readonly detectors: readonly Detector[];
  inForce(): void;
}

/** What stands around policy and changes with it: sandboxes and detectors. Each is loaded with the first config that needs it. */
export class Surroundings {
  readonly #ground: SurroundingsGround;
  #detectors: Detectors | undefined;
  #judging: readonly Detector[] = [];
  #sandboxing: Sandboxing | undefined;

  constructor(ground: SurroundingsGround) {
    this.#ground = ground;
  }

  /** For the config of a start. Throws a `ConfigError` for what cannot be had. */
  async begin(read: ReadConfig): Promise<readonly Detector[]> {
    this.#judging = await this.#detectorsOf(read);
    if (needsSandboxes(read.config)) this.#sandboxing = await this.#openSandboxing(read.config);
    return this.#judging;
  }

  /** What judges texts now, besides us. */
  get detectors(): readonly Detector[] {
    return this.#judging;
  }

  /** What backends run in; undefined when none is to run in a sandbox. */
  get sandboxes(): Sandboxes | undefined {
    return this.#sandboxing?.sandboxes;
  }

  /**
   * For another config than the one in force, `before`. `gone` are backends it keeps only because they run. Rejects for
   * what cannot be put in force.
   */
  async prepare(read: ReadConfig, before: Config, gone: readonly string[]): Promise<Prepared> {
    const { config } = read;
    const detectors = await this.#detectorsOf(read);
    await this.#ground.identities.prepare(config.auth);
    // Nobody says when a config is given up that was not put in force.
    this.#detectors?.keep(this.#judging);
    if (needsSandboxes(config)) this.#sandboxing ??= await this.#openSandboxing(before);
    const confined = await this.#sandboxing?.inForce.prepare(config, gone, this.#sandboxing.sandboxes);
    const inForce = () => {
      confined?.();
      this.#judging = detectors;
      this.#detectors?.keep(detectors);
    };
    return { detectors, inForce };
  }

  async close(): Promise<void> {
    await Promise.all([this.#sandboxing?.sandboxes.close(), this.#detectors?.close()]);
  }

  async #detectorsOf({ config: { inspection }, place }: ReadConfig): Promise<readonly Detector[]> {
    const { channels, detectors, classifier } = inspection.injection;
    if (channels.length === 0 || (detectors.length === 0 && classifier === undefined)) return [];
    this.#detectors ??= new (await import('./policy/detectors.ts')).Detectors(this.#ground);
    return this.#detectors.of(inspection.injection, place);
  }

  async #openSandboxing(config: Config): Promise<Sandboxing> {
    const { openSandboxes } = await import('./sandbox/sandboxing.ts');
    return openSandboxes({ ...this.#ground, config });
  }
}

/** A start pays for sandboxes only when it needs one. */
function needsSandboxes({ backends }: Config): boolean {
  return backends.some(({ sandbox }) => sandbox.mode !== 'off');
}
