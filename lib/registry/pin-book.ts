import type { Offered } from '../model/offered.ts';
import type { EffectLabel, PinFault, Registry } from '../model/pins.ts';
import type { LockedLaunch, Standing } from '../model/registry.ts';
import { type PinGround, PinnedBackend } from './pinned-backend.ts';

/** What is known of a configured backend before it is started. */
export interface PinnedLaunch {
  readonly launch: LockedLaunch;
  readonly enforced: boolean;
}

/** What is pinned of all backends of a gateway; each is read when it is first asked for. */
export class PinBook implements Registry {
  #launchOf: (backend: string) => PinnedLaunch | undefined;
  #ground: PinGround;
  readonly #backends = new Map<string, PinnedBackend | undefined>();

  /** `launchOf` answers undefined for a backend that is none of the gateway's. */
  constructor(launchOf: (backend: string) => PinnedLaunch | undefined, ground: PinGround) {
    this.#launchOf = launchOf;
    this.#ground = ground;
  }

  /** Takes up another config, and what the files hold by now. */
  reread(launchOf: (backend: string) => PinnedLaunch | undefined, ground: PinGround): void {
    this.#launchOf = launchOf;
    this.#ground = ground;
    for (const [backend, pins] of this.#backends) {
      if (pins !== undefined && launchOf(backend) !== undefined) pins.reread(ground);
      else this.#backends.delete(backend);
    }
  }

  of(backend: string): PinnedBackend | undefined {
    if (this.#backends.has(backend)) return this.#backends.get(backend);
    const known = this.#launchOf(backend);
    const pins = known && new PinnedBackend(backend, known.launch, known.enforced, this.#ground);
    this.#backends.set(backend, pins);
    return pins;
  }

  watches(backend: string): boolean {
    return this.of(backend) !== undefined;
  }

  standing(backend: string, offered: Offered): Standing {
    return this.of(backend)?.standing(offered) ?? 'new';
  }

  fault(backend: string): PinFault | undefined {
    return this.of(backend)?.fault;
  }

  label(backend: string, tool: string, hash: string | undefined): EffectLabel | undefined {
    return this.of(backend)?.label(tool, hash);
  }
}
