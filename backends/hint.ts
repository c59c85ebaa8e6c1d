const LINES_KEPT = 20;
const NAMES_SHOWN = 12;
const TELLING = /error|exception|fatal|cannot|could not|failed|denied|no such|not found|missing|required|usage:/i;
const STACK_FRAME = /^\s+(?:at|File) /;

/** The last lines of a backend's diagnostics, kept to say why it ended. */
export class LastLines {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }

  /** The last line that looks like a reason, else the last one: runtimes print versions and advice after it. */
  get telling(): string | undefined {
    return this.#lines.findLast((line) => TELLING.test(line) && !STACK_FRAME.test(line)) ?? this.#lines.at(-1);
  }
}

/** What a backend said last and the variables it may have missed: the usual reasons to give up at once. */
export function hintFor(said: string | undefined, notPassed: readonly string[]): string | undefined {
  const parts: string[] = [];
  if (said !== undefined) parts.push(`it said: ${said}`);
  if (notPassed.length > 0) {
    const shown = notPassed.slice(0, NAMES_SHOWN).join(', ');
    const more = notPassed.length > NAMES_SHOWN ? ` and ${notPassed.length - NAMES_SHOWN} more` : '';
    parts.push(`set here but not passed to it: ${shown}${more} (pass one with pass_env or --pass-env)`);
  }
  return parts.join('; ') || undefined;
}
