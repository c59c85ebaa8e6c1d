import { keyOf, type Scene, type Waiting } from './scene.ts';

/** Where somebody is: among all that happens, before one request, or typing what to look for. */
export type Mode = 'all' | 'one' | 'filter';

/** Said until something waits. */
export const NOTHING_WAITS = 'Nothing waits.';

/** What somebody wants done with a request. */
export interface Wish {
  readonly waiting: Waiting;
  readonly approved: boolean;
}

/** What is on the screen besides what happens: what is chosen, looked at and looked for. */
export class DeskView {
  mode: Mode = 'all';
  filter = '';
  /** For the last line, until the next key. */
  message = '';
  /** The first line of a whole call that is shown. */
  scroll = 0;
  /** Set by whoever draws: how far one can scroll, and whether the call fits into its row whole. */
  mostScroll = 0;
  chosenIsWhole = false;
  #chosen: string | undefined;
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The request that is chosen; none when it was answered meanwhile, so that no key reaches another one. */
  get chosen(): Waiting | undefined {
    return this.#scene.find(this.#chosen);
  }

  get shown(): readonly Waiting[] {
    const { waiting } = this.#scene;
    return this.filter === '' ? waiting : waiting.filter((one) => this.matches(textsOf(one)));
  }

  matches(texts: readonly (string | undefined)[]): boolean {
    const wanted = this.filter.toLowerCase();
    return texts.some((text) => text?.toLowerCase().includes(wanted) === true);
  }

  move(by: 1 | -1): void {
    if (this.mode === 'one') {
      this.scroll = Math.max(0, Math.min(this.mostScroll, this.scroll + by));
      return;
    }
    const all = this.shown;
    const at = all.findIndex(({ gateway, pending }) => keyOf(gateway, pending.id) === this.#chosen);
    const next = at === -1 ? (by === 1 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by));
    this.#choose(all[next]);
  }

  open(): void {
    if (this.chosen === undefined) this.#choose(this.shown[0]);
    if (this.chosen === undefined) return this.#say(NOTHING_WAITS);
    this.mode = 'one';
    this.scroll = 0;
  }

  back(): void {
    if (this.mode === 'all') this.filter = '';
    this.mode = 'all';
  }

  /** What is to be done, unless the call has to be read first. */
  answer(approved: boolean): Wish | undefined {
    const { chosen } = this;
    if (chosen === undefined) {
      this.mode = 'all';
      this.#choose(this.shown[0]);
      this.#say(this.chosen === undefined ? NOTHING_WAITS : 'Nothing was chosen: now the first is. Press again.');
      return undefined;
    }
    if (approved && !this.#scene.wasRead(chosen) && (this.mode === 'one' || !this.#mayUnread(chosen))) {
      const isOpen = this.mode === 'one';
      if (!isOpen) this.open();
      this.#say(isOpen ? 'Read it to its end first: press j.' : 'Read it whole first, then press a again.');
      return undefined;
    }
    this.mode = 'all';
    return { waiting: chosen, approved };
  }

  /** A call whose row says all of it, and that destroys nothing. */
  #mayUnread({ pending: { effect, isWhole } }: Waiting): boolean {
    return isWhole && this.chosenIsWhole && effect !== '' && !/\bdestructive\b/.test(effect);
  }

  #choose(one: Waiting | undefined): void {
    this.#chosen = one && keyOf(one.gateway, one.pending.id);
    this.chosenIsWhole = false;
  }

  #say(message: string): void {
    this.message = message;
  }
}

function textsOf({ pending: { id, resource, principal, client, effect, lines } }: Waiting): readonly string[] {
  return [id, resource, principal, client, effect, ...lines];
}
