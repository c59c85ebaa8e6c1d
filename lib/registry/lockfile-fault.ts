import { CODES, type Code } from '../model/codes.ts';

/** Why a lockfile is not believed: what, where and what to do next. */
export class LockfileFault extends Error {
  readonly code: Code;
  readonly reason: string;
  /** `file:line:column`, or the file alone. */
  readonly where: string;

  constructor(code: Code, reason: string, where: string) {
    super(`${reason} (${code}), ${where}`);
    this.code = code;
    this.reason = reason;
    this.where = where;
  }

  /** What to do about it. */
  get help(): string {
    return CODES[this.code].next;
  }
}

/** `file:line:column` of a place in a text, both counted from 1. */
export function placeIn(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${file}:${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`;
}
