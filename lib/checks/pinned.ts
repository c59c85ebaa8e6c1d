import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import type { Offered } from '../model/offered.ts';
import type { Pins } from '../model/pins.ts';
import type { Standing } from '../model/registry.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { hidden } from './hidden-entries.ts';

/**
 * What a server offers must be what was pinned. The question is always put to what it offers now; what is not as it was
 * pinned is kept out alone, and all else works.
 */
export const pinned = defineCheck({
  id: 'pinned',
  about: 'Keeps out tools, prompts, resources and templates that are not as they were pinned.',
  create: (config, tools) => (config.registry.pin === 'off' ? { call: () => PASS } : new Pinned(config, tools)),
});

const APPROVAL = { code: 'SP6003', text: 'a person must look at how the server changed this' } as const;

class Pinned implements Judge {
  readonly #config: Config['registry'];
  readonly #pins: Pins;
  readonly #observed: ReadonlySet<string>;

  constructor(config: Config, { state }: CheckTools) {
    this.#config = config.registry;
    this.#pins = state.pins;
    this.#observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  }

  call({ direction, action, resource, facts }: Call): Verdict {
    const { backend, type } = resource;
    if (type !== 'tool' && type !== 'prompt' && type !== 'resource') return PASS;
    // What a client answers or has done with is about nothing a server offers.
    if (direction === 'to-client' || action === 'resources/unsubscribe') return PASS;
    const { offered } = facts;
    if (offered === undefined) return this.#pins.watches(backend) ? deny(reasonOf('new', type, undefined)) : PASS;
    const standing = this.#pins.standing(backend, offered);
    return standing === 'pinned' ? PASS : this.#judged(backend, offered, standing);
  }

  /** What a model would read of a change is kept from it, also where a person may agree to calls. */
  reply(call: Call, reply: Reply): Verdict {
    const items = reply.items ?? [];
    if (!items.some(({ offered }) => offered !== undefined)) return PASS;
    return hidden(call, items, this.#observed, ({ resource, offered }) => {
      if (offered === undefined) return false;
      const standing = this.#pins.standing(resource.backend, offered);
      if (standing === 'pinned') return false;
      return !this.#passes(resource.backend, offered, standing);
    });
  }

  #judged(backend: string, offered: Offered, standing: Standing): Verdict {
    if (this.#passes(backend, offered, standing)) return pass({ findings: [`${offered.kind} is ${standing}`] });
    const reason = reasonOf(standing, offered.kind, this.#pins.fault(backend));
    const asks = this.#config.onChange === 'require_approval' && standing !== 'refused' && reason.code !== 'SP4121';
    return asks ? pass({ approval: { ...reason, ...APPROVAL } }) : deny(reason);
  }

  /**
   * Prompts are used by people and resources are read; more of them is nothing that was changed behind somebody's back.
   * A tool more can be called by a model that was never told of it. Under `strict` nothing is added by itself.
   */
  #passes(backend: string, { kind }: Offered, standing: Standing): boolean {
    const { pin, onChange, keepOld } = this.#config;
    if (standing === 'refused' || this.#pins.fault(backend) !== undefined) return false;
    if (standing === 'new' && kind !== 'tool' && pin === 'tofu') return true;
    if (standing === 'new' && pin === 'strict') return false;
    if (onChange === 'warn') return true;
    return standing === 'changed' && kind === 'tool' && keepOld;
  }
}

/** What nobody approved does not exist for whoever asks; what was approved does, and must be looked at. */
function reasonOf(standing: Standing, kind: string, fault: ReturnType<Pins['fault']>): Reason {
  const rule = 'security.registry';
  if (fault !== undefined) return { ...fault, rule, hidden: true };
  if (standing === 'changed') {
    const text = `the server has changed this ${kind} since it was approved; a person must review it`;
    return { code: 'SP4122', text, rule, retry: 'after_approval', fix: 'sallyport pin' };
  }
  if (standing === 'vanished') return { code: 'SP4125', text: `the server does not list this ${kind} any more`, rule };
  if (standing === 'refused') {
    return { code: 'SP4124', text: `the definition of this ${kind} is not one that can be relied on`, rule };
  }
  return { code: 'SP4121', text: `no such ${kind}`, rule, hidden: true, fix: 'sallyport pin' };
}
