import type { ResourceLimits } from '../../lib/model/sandbox.ts';
import type { Command } from '../spawned.ts';
import { type Breach, breachIn, breachOf, type Ended } from './breach.ts';
import { Cgroups } from './cgroup.ts';
import type { CgroupPlace } from './place.ts';
import { leftToWatch, limitedStart } from './rlimits.ts';
import { Watch } from './watch.ts';

/** Holds starts of backends to their limits: by the kernel where it does, else by looking. */
export class Limiter {
  readonly #watch = new Watch();
  #cgroups: Cgroups | undefined;
  #looked = false;

  /** One start of `backend`; the command is to be run in the place of the one given. */
  limit(backend: string, command: Command, limits: ResourceLimits): LimitedStart {
    const place = isHeldTogether(limits) ? this.#found()?.make(backend, limits) : undefined;
    const { file, args } = limitedStart(command.file, command.args, limits, place);
    return new LimitedStart({ ...command, file, args }, limits, place, this.#watch);
  }

  /** Looked for once, and only when something is to be limited. */
  #found(): Cgroups | undefined {
    if (!this.#looked) this.#cgroups = Cgroups.find();
    this.#looked = true;
    return this.#cgroups;
  }
}

export class LimitedStart {
  readonly command: Command;
  readonly #limits: ResourceLimits;
  readonly #place: CgroupPlace | undefined;
  readonly #watch: Watch;
  #unwatch = () => {};
  #seen: Breach | undefined;

  constructor(command: Command, limits: ResourceLimits, place: CgroupPlace | undefined, watch: Watch) {
    this.command = command;
    this.#limits = limits;
    this.#place = place;
    this.#watch = watch;
  }

  /** It runs; `over` is called when it is seen to use too much, and must end it. */
  started(pid: number, over: (breach: Breach) => void): void {
    this.#unwatch = this.#watch.add(pid, leftToWatch(this.#limits, this.#place), (overuse) => {
      this.#seen = breachIn(overuse);
      over(this.#seen);
    });
  }

  /** It has ended; the limit that did it, when one did. */
  ended(how: Ended): Breach | undefined {
    this.#unwatch();
    return this.#seen ?? breachOf(how, this.#limits, this.#place);
  }

  /** Nothing of it is left; resolves when its cgroups are gone. */
  async close(): Promise<void> {
    this.#unwatch();
    await this.#place?.remove();
  }
}

function isHeldTogether({ memoryBytes, processes }: ResourceLimits): boolean {
  return memoryBytes !== undefined || processes !== undefined;
}
