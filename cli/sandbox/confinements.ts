import { RulesInForce } from '../../backends/egress/rules-in-force.ts';
import type { Sandboxes } from '../../backends/sandbox/sandboxes.ts';
import { surroundings } from '../../backends/sandbox/surroundings.ts';
import { confinementOf } from '../../lib/confine/files.ts';
import { namedHosts, usualRule } from '../../lib/confine/named-hosts.ts';
import type { BackendConfig, Config } from '../../lib/model/config.ts';
import type { Confinement } from '../../lib/model/confinement.ts';
import type { EgressRules, EgressVerdict, NamedHost } from '../../lib/model/egress.ts';
import { isLoopbackHost } from '../../lib/model/loopback.ts';
import type { MountPath } from '../../lib/model/sandbox.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';

const GONE: EgressVerdict = { effect: 'deny', code: 'SP5020', text: 'the backend is not in the config any more' };
/** A backend that was taken out of the config may still run, and reaches nobody. */
const NOWHERE: EgressRules = { destination: () => GONE, address: () => GONE };

/** What each backend may touch and reach by the config in force, which a reload may change as a whole. */
export class ConfinementsInForce {
  #config: Config;
  #confinements: ReadonlyMap<string, Confinement>;
  /** The rules backends run with, by their names. */
  readonly #rules = new Map<string, RulesInForce>();

  constructor(config: Config) {
    this.#config = config;
    // Each start asks for those of all.
    this.#confinements = new Map(config.backends.map((one) => [one.name, confinementOf(config, one)]));
  }

  confinementOf(backend: BackendConfig): Confinement {
    return this.#confinements.get(backend.name) ?? confinementOf(this.#config, backend);
  }

  /** What all backends but this one may write to. */
  othersWrite(name: string): readonly MountPath[] {
    return othersWrite(this.#confinements, name);
  }

  namedHosts(backend: BackendConfig): readonly NamedHost[] {
    return namedFor(this.#config, backend);
  }

  /** The same object for as long as the gateway runs, which judges by the rules that are in force at that moment. */
  async egressOf(backend: BackendConfig): Promise<EgressRules> {
    const known = this.#rules.get(backend.name);
    if (known !== undefined) return known;
    const config = this.#config;
    const found = await rulesOf(config, backend);
    if (config !== this.#config) return this.egressOf(backend);
    const rules = this.#rules.get(backend.name) ?? new RulesInForce(found);
    this.#rules.set(backend.name, rules);
    return rules;
  }

  /**
   * Works out what `config` means, and how to put that in force, which cannot fail any more. `gone` are backends that it
   * keeps only because they run. Rejects with a {@link SandboxFault} or a `RuleFault` for what cannot be put in force.
   */
  async prepare(config: Config, gone: readonly string[], sandboxes: Sandboxes): Promise<() => void> {
    const isLeft = ({ name }: BackendConfig) => !gone.includes(name);
    const confinements = new Map<string, Confinement>();
    for (const one of config.backends) {
      confinements.set(one.name, isLeft(one) ? confinementOf(config, one) : this.confinementOf(one));
    }
    const rules = new Map<string, EgressRules>();
    for (const one of config.backends.filter(isHeld).filter(isLeft)) {
      rules.set(one.name, await rulesOf(config, one));
      const confinement = confinements.get(one.name)!;
      // What was there at the start may be gone by now, which is no fault of a config that changes something else.
      if (surroundings(one, confinement, namedFor(config, one)) === this.#surroundingsOf(one.name)) continue;
      await sandboxes.refuseUnmakeable(one, confinement, othersWrite(confinements, one.name)).catch(inBackend(one));
    }
    return () => {
      this.#config = config;
      this.#confinements = confinements;
      for (const [name, inForce] of this.#rules) inForce.replace(rules.get(name) ?? NOWHERE);
    };
  }

  #surroundingsOf(name: string): string | undefined {
    const before = this.#config.backends.find((one) => one.name === name);
    return before && surroundings(before, this.confinementOf(before), this.namedHosts(before));
  }
}

function isHeld({ remote, sandbox }: BackendConfig): boolean {
  return remote === undefined && sandbox.mode !== 'off';
}

function othersWrite(confinements: ReadonlyMap<string, Confinement>, name: string): MountPath[] {
  return [...confinements].flatMap(([other, { write }]) => (other === name ? [] : write));
}

function namedFor(config: Config, { name, sandbox }: BackendConfig): NamedHost[] {
  const all = namedHosts(config, name, usualRule(config, name, sandbox.usualHosts));
  return sandbox.usesProxy ? all.filter(({ host }) => isLoopbackHost(host)) : all;
}

async function rulesOf(config: Config, { name, sandbox }: BackendConfig): Promise<EgressRules> {
  // Only connections are judged by it, so what needs no network need not wait for it to be loaded.
  const { egressRules } = await import('../../lib/confine/egress.ts');
  return egressRules(config, name, usualRule(config, name, sandbox.usualHosts));
}

function inBackend({ name }: BackendConfig): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SandboxFault)) throw error;
    throw new SandboxFault(`${name}: ${error.message}; ${error.fix}`, error.fix);
  };
}
