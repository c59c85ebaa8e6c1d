import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverName, Probe, SandboxConfig, SandboxDriver } from '../../lib/model/sandbox.ts';
import { readCache, writeCache } from './probe-cache.ts';
import { statOf } from './real-path.ts';

/** What runs a backend, or why nothing does and what would help. */
export type Choice =
  | { readonly driver: SandboxDriver }
  | { readonly driver: undefined; readonly why: string; readonly fix: string };

/**
 * Chooses what builds a sandbox by running it once. What worked is remembered for as long as the machine runs and the
 * program is the same file, so that a start pays for a probe only once; what did not is tried anew by each gateway.
 */
export class Drivers {
  readonly #drivers: readonly SandboxDriver[];
  readonly #usual: readonly DriverName[];
  readonly #cacheFile: string;
  readonly #probes = new Map<DriverName, Promise<Probe>>();

  constructor(drivers: readonly SandboxDriver[], stateDir: string, platform: NodeJS.Platform = process.platform) {
    this.#drivers = drivers;
    this.#usual = platform === 'darwin' ? ['seatbelt'] : platform === 'linux' ? ['bwrap'] : [];
    this.#cacheFile = join(stateDir, 'sandbox', 'probes.json');
  }

  /** The driver the config names, else the usual one of this platform; a container needs an image, so it must be named. */
  async choose({ driver, network }: Pick<SandboxConfig, 'driver' | 'network'>): Promise<Choice> {
    const [name] = driver === undefined ? this.#usual : [driver];
    const chosen = this.#drivers.find((one) => one.name === name);
    if (chosen === undefined) {
      const fix = 'run it in a container: set `sandbox.driver` and `sandbox.image`';
      return { driver: undefined, why: `there is no sandbox for ${process.platform}`, fix };
    }
    if (!chosen.networks.includes(network)) {
      const fix = `install what it needs (docs/sandbox.md), choose one of ${chosen.networks.join(', ')}, or another \`sandbox.driver\``;
      return { driver: undefined, why: `${chosen.name} does not offer the network \`${network}\``, fix };
    }
    const probe = await this.probe(chosen);
    return probe.works ? { driver: chosen } : { driver: undefined, why: probe.why, fix: probe.fix };
  }

  get all(): readonly SandboxDriver[] {
    return this.#drivers;
  }

  probe(driver: SandboxDriver): Promise<Probe> {
    const known = this.#probes.get(driver.name);
    if (known !== undefined) return known;
    const key = driver.program === undefined ? undefined : machineKey(driver.program);
    const remembered = key !== undefined && readCache(this.#cacheFile)[driver.name] === key;
    const found = remembered
      ? Promise.resolve<Probe>({ works: true, said: `${driver.name} worked before` })
      : driver.probe().then((probe) => {
          if (probe.works && key !== undefined) writeCache(this.#cacheFile, driver.name, key);
          return probe;
        });
    this.#probes.set(driver.name, found);
    return found;
  }

  /** A driver that was believed to work did not: the next start asks it again. */
  forget(name: DriverName): void {
    this.#probes.delete(name);
    writeCache(this.#cacheFile, name, undefined);
  }
}

/** Changes with the program, the user and every start of the machine; undefined when the program is not there. */
function machineKey(program: string): string | undefined {
  const stat = statOf(program);
  if (stat === undefined) return undefined;
  return [program, stat.ino, stat.size, stat.mtimeMs, process.getuid?.(), bootId()].join(' ');
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
