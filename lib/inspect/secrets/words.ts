import { Automaton } from '../automaton.ts';

const ASCII = 128;
/** ASCII characters by the code of their small letter. */
export const SMALL_LETTERS: Uint16Array = Uint16Array.from({ length: ASCII }, (_, code) =>
  String.fromCharCode(code).toLowerCase().charCodeAt(0),
);

/** Words in small letters, looked for in any case and all at once. */
export class Words {
  readonly #automaton: Automaton;

  constructor(words: readonly string[]) {
    this.#automaton = new Automaton(words, SMALL_LETTERS);
  }

  anyIn(text: string): boolean {
    const { classes, shift, next, firstFound } = this.#automaton;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      state = next[(state << shift) + (c < ASCII ? classes[c]! : 0)]!;
      if (state >= firstFound) return true;
    }
    return false;
  }
}
