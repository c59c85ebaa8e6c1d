import { type Era, type EraMemory, erasToTry } from '../../model/era.ts';

/** Finds out in which era one server is to be talked to, and remembers it. */
export class EraSearch {
  readonly #configured: Era | 'auto';
  /** The era tried first, where the config leaves it open; undefined for that of whoever needs the server first. */
  readonly #prefers: Era | undefined;
  /** Undefined for a server of which nothing may be remembered. */
  readonly #fingerprint: () => string | undefined;
  readonly #memory: EraMemory;
  /** Eras in which it ended or said nothing, since it was open last. */
  readonly #hopeless = new Set<Era>();
  #trying: readonly Era[] = [];

  constructor(
    configured: Era | 'auto',
    prefers: Era | undefined,
    fingerprint: () => string | undefined,
    memory: EraMemory,
  ) {
    this.#configured = configured;
    this.#prefers = prefers;
    this.#fingerprint = fingerprint;
    this.#memory = memory;
  }

  /** The eras to try now, in order, for a client of era `client`. */
  begin(client: Era | undefined): readonly Era[] {
    const fingerprint = this.#configured === 'auto' ? this.#fingerprint() : undefined;
    const known = fingerprint === undefined ? {} : this.#memory.recall(fingerprint);
    const eras = erasToTry(this.#configured, this.#prefers ?? client ?? 'legacy', known);
    const hopeful = eras.filter((era) => !this.#hopeless.has(era));
    this.#trying = hopeful.length > 0 ? hopeful : eras;
    return this.#trying;
  }

  /** Whether a server that ends now, or says nothing, could still be a legacy one that does not bear a probe. */
  get mayBeLegacy(): boolean {
    const [first] = this.#trying;
    return first === 'modern' && this.#trying.includes('legacy') && this.#hopeless.size === 0;
  }

  /** The probe was in vain. */
  giveUpModern(): void {
    this.#hopeless.add('modern');
  }

  /** It refused the probe as only a modern server does: there is no use in `initialize`. */
  isModern(): void {
    this.#hopeless.add('legacy');
  }

  /** What it speaks is remembered, and what was tried before that in vain as well. */
  found(era: Era): void {
    this.#hopeless.clear();
    const fingerprint = this.#configured === 'auto' ? this.#fingerprint() : undefined;
    if (fingerprint === undefined) return;
    const [first] = this.#trying;
    if (first !== undefined && first !== era) this.#memory.note(fingerprint, first, false);
    this.#memory.note(fingerprint, era, true);
  }
}
