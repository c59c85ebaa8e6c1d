import type { Call } from '../model/call.ts';
import type { Offered } from '../model/offered.ts';
import type { Principal } from '../model/principal.ts';
import { printable } from '../model/printable.ts';

/** What stands for every name nobody of ours has written down. */
export const OTHER = '_other';

export interface KnownNamesGround {
  readonly backends: readonly string[];
  /** Tools the config or a preset names, by backend. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
  /** Clients the config names. */
  readonly clients: readonly string[];
  /** Whether a definition is the one that was pinned. */
  isPinned(backend: string, offered: Offered): boolean;
}

/** Longest value of a label. */
const MOST_CHARACTERS = 128;

/**
 * Which names may become values of labels: each value is a series that is kept for ever, so whoever chooses names would
 * choose how much memory that takes. Backends, tools and clients of the config count, and tools that are pinned.
 */
export class KnownNames {
  readonly #ground: KnownNamesGround;
  readonly #backends: ReadonlySet<string>;
  readonly #clients: ReadonlySet<string>;
  /** Names of tools as labels show them, by backend. */
  readonly #tools = new Map<string, Map<string, string>>();
  readonly #shownClients = new Map<string, string>();
  readonly #mostTools: number;
  readonly #mostClients: number;
  #toolCount = 0;

  constructor(ground: KnownNamesGround, most = { tools: 2000, clients: 500 }) {
    this.#ground = ground;
    this.#backends = new Set(ground.backends);
    this.#clients = new Set(ground.clients);
    this.#mostTools = most.tools;
    this.#mostClients = most.clients;
    for (const [backend, tools] of ground.tools) for (const tool of tools) this.#admit(backend, tool);
  }

  /** All backends there can be. */
  get backends(): Iterable<string> {
    return this.#backends;
  }

  /** Empty where no single backend is meant. */
  backend(name: string): string {
    return name === '' || this.#backends.has(name) ? name : OTHER;
  }

  /** Empty for what is no tool. */
  tool({ resource: { type, backend, id }, facts }: Pick<Call, 'resource'> & Partial<Pick<Call, 'facts'>>): string {
    if (type !== 'tool') return '';
    const known = this.#tools.get(backend)?.get(id);
    if (known !== undefined) return known;
    const offered = facts?.offered;
    if (offered === undefined || !this.#backends.has(backend)) return OTHER;
    return this.#ground.isPinned(backend, offered) ? this.#admit(backend, id) : OTHER;
  }

  /** Names of keys, of certificates and of the user's own programs come from the operator; those in tokens need not. */
  client({ clientId, proof }: Pick<Principal, 'clientId' | 'proof'>): string {
    const known = this.#shownClients.get(clientId);
    if (known !== undefined) return known;
    const isOurs = proof === 'os-user' || proof === 'api-key' || proof === 'certificate' || this.#clients.has(clientId);
    if (!isOurs || this.#shownClients.size >= this.#mostClients) return OTHER;
    const shown = printable(clientId, MOST_CHARACTERS);
    this.#shownClients.set(clientId, shown);
    return shown;
  }

  #admit(backend: string, tool: string): string {
    if (this.#toolCount >= this.#mostTools) return OTHER;
    this.#toolCount++;
    const shown = printable(tool, MOST_CHARACTERS);
    const tools = this.#tools.get(backend) ?? new Map<string, string>();
    this.#tools.set(backend, tools.set(tool, shown));
    return shown;
  }
}
