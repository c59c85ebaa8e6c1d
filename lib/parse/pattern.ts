/** A regular expression of a user that cannot be used; the message says why. */
export class PatternError extends Error {}

export type Finds = (text: string) => boolean;

/** The first places in a text that match, each with its end; at most `most`, and none that is empty. */
export type Places = (text: string, most: number) => readonly { readonly start: number; readonly end: number }[];

export const MOST_PATTERNS = 100;
const MOST_CHARACTERS = 512;
/** Instructions of the compiled program; matching takes time in proportion to these times the text. */
const LARGEST_PROGRAM = 4000;
/** `/…/`, and after it the flags of JavaScript that mean something here. */
const DELIMITED = /^\/(.+)\/([a-z]*)$/s;
const FLAGS = /^[imsu]*$/;
const LOOK_AROUND = /\(\?<?[=!]/;
const BACK_REFERENCE = /\\(?:[1-9]|k[<{'])/;

interface Written {
  readonly source: string;
  /** Undefined when the text is not between slashes, so that it can have none. */
  readonly flags: string | undefined;
}

/** Whether a text is written between slashes, as regular expressions are where globs may stand, too. */
export function isDelimited(text: string): boolean {
  return DELIMITED.test(text);
}

/**
 * Compiles regular expressions written by users, on an engine that takes linear time whatever the pattern and the text.
 * They may stand between slashes with flags (`/token/i`); without slashes small and capital letters are the same. A
 * pattern is found anywhere in a text unless it is anchored. Throws a {@link PatternError}.
 */
export async function compilePatterns(texts: readonly string[]): Promise<readonly Finds[]> {
  return (await compiled(texts)).map((pattern) => (text) => pattern.test(text));
}

/** The same patterns, for somebody who has to know where they match. */
export async function compilePlaces(texts: readonly string[]): Promise<readonly Places[]> {
  return (await compiled(texts)).map((pattern) => (text, most) => {
    const found: { start: number; end: number }[] = [];
    const matcher = pattern.matcher(text);
    while (found.length < most && matcher.find()) {
      if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() });
    }
    return found;
  });
}

async function compiled(texts: readonly string[]) {
  if (texts.length === 0) return [];
  if (texts.length > MOST_PATTERNS) throw new PatternError(`more than ${MOST_PATTERNS} regular expressions`);
  const written = texts.map(writtenAs);
  const { RE2JS } = await import('re2js');
  return written.map(({ source, flags = 'i' }) => {
    const bits =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0);
    const pattern = attempt(() => RE2JS.compile(source, bits));
    if (pattern.programSize() > LARGEST_PROGRAM) throw new PatternError('the regular expression repeats too much');
    return pattern;
  });
}

function writtenAs(text: string): Written {
  const [, source = text, flags] = DELIMITED.exec(text) ?? [];
  if (text === '') throw new PatternError('a regular expression must not be empty');
  if (text.length > MOST_CHARACTERS) {
    throw new PatternError(`a regular expression must not be longer than ${MOST_CHARACTERS} characters`);
  }
  if (flags !== undefined && !FLAGS.test(flags)) {
    throw new PatternError(`"${flags}" are no flags: only i, m, s and u mean something`);
  }
  // A backslash before a backslash is a character of its own and refers to nothing.
  const plain = source.replace(/\\\\/g, '');
  if (LOOK_AROUND.test(plain)) throw new PatternError('look-around, (?=…) or (?<…), takes more than linear time');
  if (BACK_REFERENCE.test(plain)) throw new PatternError('back-references, such as \\1, take more than linear time');
  return { source, flags };
}

function attempt<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const said = (error as Error).message.replace(/^error parsing regexp: /, '');
    throw new PatternError(`the regular expression cannot be read: ${said}`);
  }
}
