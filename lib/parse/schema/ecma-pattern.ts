import type { LinearPattern, PatternCompiler } from './judging.ts';

const MOST_CHARACTERS = 4096;
/** Instructions of the compiled program; matching takes time in proportion to these times the text. */
const LARGEST_PROGRAM = 2000;
/** What `\s` stands for in ECMA-262; the engine only knows the ASCII part of it. */
const SPACES = '\\s\\x{0b}\\x{a0}\\x{feff}\\p{Z}';
/** What only an engine that goes back can match, and what ours would read as something else. */
const GOES_BACK = /\(\?<?[=!]|\\[1-9]|\\k|\\[bB](?=[*+?{])/;

/**
 * A compiler for the `pattern` of a JSON Schema (ECMA-262) on an engine that takes linear time whatever pattern and
 * text are. What the engine cannot do, or only with a huge program, is undefined.
 */
export async function linearPatterns(): Promise<PatternCompiler> {
  const { RE2JS } = await import('re2js');
  return (source): LinearPattern | undefined => {
    if (source.length > MOST_CHARACTERS || GOES_BACK.test(source.replace(/\\\\/g, ''))) return undefined;
    try {
      const compiled = RE2JS.compile(RE2JS.translateRegExp(withSpaces(source)));
      const size = compiled.programSize();
      return size > LARGEST_PROGRAM ? undefined : { size, test: (text) => compiled.test(text) };
    } catch {
      return undefined;
    }
  };
}

/** Puts what `\s` means in its place; `\S` in a class cannot be said and stays a little wider. */
function withSpaces(source: string): string {
  let inClass = false;
  return source.replace(/\\(.)|[[\]]/gs, (written, escaped: string | undefined) => {
    if (written === '[') inClass = true;
    else if (written === ']') inClass = false;
    else if (escaped === 's') return inClass ? SPACES : `[${SPACES}]`;
    else if (escaped === 'S' && !inClass) return `[^${SPACES}]`;
    return written;
  });
}
