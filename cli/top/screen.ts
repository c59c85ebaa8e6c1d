import { writeSync } from 'node:fs';
import { PASTE_MARKED, PASTE_PLAIN } from './keys.ts';
import type { Line, Size, Style } from './paint.ts';

const ESC = '\u001b[';
/** Another screen, no cursor, nothing that goes on in the next line; and all of it back. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${PASTE_MARKED}${ESC}2J`;
const LEAVE = `${PASTE_PLAIN}${ESC}?7h${ESC}?25h${ESC}?1049l`;

const COLOURS: Readonly<Record<Style, string>> = {
  plain: '',
  title: `${ESC}1m`,
  good: `${ESC}32m`,
  bad: `${ESC}31m`,
  wait: `${ESC}33m`,
  chosen: `${ESC}7m`,
  bar: `${ESC}7m`,
};

/** Standard output as a screen of its own, which is given back whatever happens. */
export class Screen {
  readonly #coloured: boolean;
  #drawn: string[] = [];
  #isOpen = false;

  constructor(coloured: boolean) {
    this.#coloured = coloured;
  }

  get size(): Size {
    return { columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 };
  }

  open(): void {
    this.#isOpen = true;
    this.#write(ENTER);
    process.stdin.setRawMode(true);
    process.stdin.resume();
  }

  /** Draws what is not there yet. */
  draw(lines: readonly Line[]): void {
    if (!this.#isOpen) return;
    const now = lines.map(({ text, style }) => this.#styled(text, style));
    // A row is cleared before it is written: after a full one the cursor still stands on its last character.
    const changed = now.flatMap((line, at) =>
      line === this.#drawn[at] ? [] : [`${ESC}${at + 1};1H${ESC}0m${ESC}2K${line}${ESC}0m`],
    );
    if (now.length < this.#drawn.length) changed.push(`${ESC}${now.length + 1};1H${ESC}J`);
    this.#drawn = now;
    if (changed.length > 0) this.#write(changed.join(''));
  }

  /** Nothing of what was drawn may be there any more. */
  forget(): void {
    this.#drawn = [];
    if (this.#isOpen) this.#write(`${ESC}2J`);
  }

  /** Gives the terminal back; harmless when it was. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#write(LEAVE);
    try {
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
    process.stdin.pause();
  }

  #styled(text: string, style: Style): string {
    return this.#coloured ? `${COLOURS[style]}${text}` : text;
  }

  /** At once, since the process may be at its end. */
  #write(text: string): void {
    try {
      let bytes = Buffer.from(text, 'utf8');
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
    } catch {
      // A terminal that is gone shows nothing; that it is gone is heard from standard input.
    }
  }
}

/** NO_COLOR, then FORCE_COLOR, then whether it is a terminal at all. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR !== '0';
  return env.TERM !== 'dumb';
}
