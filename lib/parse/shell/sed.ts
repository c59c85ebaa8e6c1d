const PLAIN_COMMAND = /^[pdDgGhHxnNlPq=Q]$/;
const MOST = 4096;

/**
 * Whether a program of sed (POSIX, with what GNU adds) only edits what flows through it. Everything that is not
 * plainly an address with one of the harmless commands counts as running something.
 */
export function isHarmlessSed(program: string): boolean {
  if (program.length > MOST) return false;
  let at = 0;
  const blanks = (set: string) => {
    while (at < program.length && set.includes(program[at]!)) at++;
  };
  while (at < program.length) {
    blanks(' \t\n;{}');
    if (at >= program.length) return true;
    const after = skipAddress(program, at);
    if (after === undefined) return false;
    at = after;
    blanks(' \t!');
    const command = program[at];
    if (command === undefined) return false;
    at++;
    if (command === 's') {
      const end = skipSubstitution(program, at);
      if (end === undefined) return false;
      at = end;
    } else if (command === 'y') {
      const end = skipDelimited(program, at, 2);
      if (end === undefined) return false;
      at = end;
    } else if (!PLAIN_COMMAND.test(command)) return false;
    blanks(' \t0123456789');
    if (at < program.length && !';\n}'.includes(program[at]!)) return false;
  }
  return true;
}

/** Line numbers, `$`, `/pattern/` and their pairs. */
function skipAddress(program: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    const start = at;
    while (at < program.length && /[0-9$~+, \t]/.test(program[at]!)) at++;
    if (program[at] === '/') {
      const end = skipDelimited(program, at, 1);
      if (end === undefined) return undefined;
      at = end;
      if (program[at] === 'I') at++;
    }
    if (at === start) return at;
  }
}

/** `s/old/new/flags`; the flags `e`, `w` and `m` with their like are not among the harmless ones. */
function skipSubstitution(program: string, from: number): number | undefined {
  let at = skipDelimited(program, from, 2);
  while (at !== undefined && at < program.length && /[gpiI0-9]/.test(program[at]!)) at++;
  return at;
}

/** Skips `parts` texts, each ended by the character at `from`. */
function skipDelimited(program: string, from: number, parts: number): number | undefined {
  const delimiter = program[from];
  if (delimiter === undefined || delimiter === '\\' || delimiter === '\n') return undefined;
  let left = parts;
  for (let at = from + 1; at < program.length; at++) {
    if (program[at] === '\\') at++;
    else if (program[at] === delimiter && --left === 0) return at + 1;
  }
  return undefined;
}
