const WORDS = (
  'the of a to in for and is was on with not found read list open file branch invoice order number total month week status ' +
  'table row index parser commit release note customer shipment weather train station garden server queue thread socket ' +
  'packet buffer record column query result summary draft review meeting agenda minutes line page chapter city north'
).split(' ');
const ONE_IN_A_NUMBER = 9;
const ONE_IN_AN_END = 12;
const MOST_NUMBER = 100_000;

/** Texts of plain words that hardly ever come again, the same ones for the same `seed`: what is kept of old texts does not help. */
export class VariedTexts {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Of `size` characters that need no escape in JSON. */
  next(size: number): string {
    let text = '';
    while (text.length < size) {
      text += WORDS[this.#below(WORDS.length)]!;
      if (this.#below(ONE_IN_A_NUMBER) === 0) text += ` ${this.#below(MOST_NUMBER)}`;
      text += this.#below(ONE_IN_AN_END) === 0 ? '. ' : ' ';
    }
    return text.slice(0, size);
  }

  #below(most: number): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0;
    return (this.#seed >>> 8) % most;
  }
}
