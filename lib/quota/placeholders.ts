import { randomBytes } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import type { PlaceholderMemory } from '../model/placeholder-memory.ts';

/** How long a scope is remembered after its last use. */
export const PLACEHOLDER_LIFE_MS = 4 * 60 * 60 * 1000;
const MOST_SCOPES = 500;
const MOST_SECRETS = 256;
const MOST_PLACES = 32;
const LONGEST_SECRET = 16 * 1024;
const LONGEST_PLACE = 4096;
/** Characters of secrets and places: of one scope, so that none takes the room of all others, and of all together. */
const MOST_IN_SCOPE = 512 * 1024;
const MOST_CHARACTERS = 16 * 1024 * 1024;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const TAG_LENGTH = 16;

interface Remembered {
  readonly secret: string;
  readonly tag: string;
  readonly places: Set<string>;
}

interface Scope {
  readonly bySecret: Map<string, Remembered>;
  readonly byTag: Map<string, Remembered>;
  characters: number;
  at: number;
}

/** Secrets that were replaced in results, in memory alone and never for long. Forgetting one only means that it does not go back. */
export class Placeholders implements PlaceholderMemory {
  readonly #clock: Clock;
  /** The one used last stands last. */
  readonly #scopes = new Map<string, Scope>();
  #characters = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  tagOf(name: string, secret: string, place: string): string | undefined {
    if (secret.length > LONGEST_SECRET || place.length > LONGEST_PLACE) return undefined;
    const scope = this.#used(name) ?? this.#opened(name);
    let found = scope.bySecret.get(secret);
    if (found === undefined) {
      if (scope.bySecret.size >= MOST_SECRETS || !this.#hasRoom(scope, secret.length)) return undefined;
      found = { secret, tag: newTag(), places: new Set() };
      scope.bySecret.set(secret, found);
      scope.byTag.set(found.tag, found);
    }
    const isNew = !found.places.has(place) && found.places.size < MOST_PLACES;
    if (isNew && this.#hasRoom(scope, place.length)) found.places.add(place);
    return found.tag;
  }

  secretOf(name: string, tag: string, place: string): string | undefined {
    const found = this.#used(name)?.byTag.get(tag);
    return found?.places.has(place) === true ? found.secret : undefined;
  }

  #used(name: string): Scope | undefined {
    const now = this.#clock.monotonic();
    this.#forgetOld(now);
    const scope = this.#scopes.get(name);
    if (scope === undefined) return undefined;
    scope.at = now;
    this.#scopes.delete(name);
    this.#scopes.set(name, scope);
    return scope;
  }

  #opened(name: string): Scope {
    if (this.#scopes.size >= MOST_SCOPES) this.#forgetOldest();
    const scope: Scope = { bySecret: new Map(), byTag: new Map(), characters: 0, at: this.#clock.monotonic() };
    this.#scopes.set(name, scope);
    return scope;
  }

  #forgetOld(now: number): void {
    for (const { at } of this.#scopes.values()) {
      if (now - at < PLACEHOLDER_LIFE_MS) return;
      this.#forgetOldest();
    }
  }

  /** Counts so many characters more for a scope, which is the one used last; false when it may have no more. */
  #hasRoom(scope: Scope, characters: number): boolean {
    if (scope.characters + characters > MOST_IN_SCOPE) return false;
    scope.characters += characters;
    this.#characters += characters;
    while (this.#characters > MOST_CHARACTERS) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const [name, { characters }] = this.#scopes.entries().next().value!;
    this.#scopes.delete(name);
    this.#characters -= characters;
  }
}

/** 80 bits nobody can guess, in characters no rule takes for a secret. */
function newTag(): string {
  return Array.from(randomBytes(TAG_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
