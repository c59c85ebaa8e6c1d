import { asObject, type Json } from '../../model/json.ts';

/** Names of arguments that hold what is written. */
const HOLDS_CONTENT = /^(?:contents?|text|data|body|blob|new_?(?:text|string|str|content)|file_?(?:text|content))$/i;
const DEEPEST = 8;

/** Bytes a call brings to be written; undefined when it brings nothing that is known to be content. */
export function contentBytes(args: Json): number | undefined {
  let bytes: number | undefined;
  const walk = (value: unknown, isContent: boolean, depth: number): void => {
    if (typeof value === 'string') {
      if (isContent) bytes = (bytes ?? 0) + Buffer.byteLength(value);
    } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
      for (const [key, inner] of Object.entries(value)) {
        walk(inner, isContent || (!Array.isArray(value) && HOLDS_CONTENT.test(key)), depth + 1);
      }
    }
  };
  walk(args, false, 0);
  return bytes;
}

/** The whole new text of a file, for calls that replace it; undefined for those that change parts of it. */
export function wholeContent(args: Json): string | undefined {
  const texts = ['content', 'contents', 'text', 'file_text']
    .map((key) => args[key])
    .filter((value) => value !== undefined);
  return texts.length === 1 && typeof texts[0] === 'string' ? texts[0] : undefined;
}

/** Parts of a `package.json` that run by themselves, by name, or decide what is run. */
const RUNS = [
  'scripts',
  'bin',
  'main',
  'exports',
  'husky',
  'lint-staged',
  'simple-git-hooks',
  'pre-commit',
  'workspaces',
  'packageManager',
  'prettier',
  'eslintConfig',
  'babel',
  'jest',
];

/** Whether two texts of a `package.json` run the same; false when either cannot be read. */
export function runsTheSame(before: string | undefined, next: string): boolean {
  const [old, made] = [parsed(before ?? '{}'), parsed(next)];
  if (old === undefined || made === undefined) return false;
  return RUNS.every((key) => canonical(old[key]) === canonical(made[key]));
}

function parsed(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      const object = asObject(inner);
      return object === undefined
        ? inner
        : Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? ''
  );
}
