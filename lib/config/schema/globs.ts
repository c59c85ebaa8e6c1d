import { z } from 'zod';
import { FLAGGED } from '../../model/flow-memory.ts';
import { compileGlob, type StarMeans } from '../../policy/glob.ts';
import { compileSelector } from '../../policy/selector.ts';
import { selectorOf } from '../words/selector-alias.ts';

/** Reports what `compile` throws at the value itself. */
function compiling(compile: (value: string) => unknown): z.ZodString {
  return z.string().superRefine((value, context) => {
    try {
      compile(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message, params: { code: 'SP1010' } });
    }
  });
}

export function glob(star: StarMeans): z.ZodString {
  return compiling((value) => compileGlob(value, star));
}

export function globs(star: StarMeans): z.ZodArray<z.ZodString> {
  return z.array(glob(star));
}

/** `backend/tool`, `backend/@effect` or `*`. */
export const selector = compiling((value) => compileSelector(selectorOf(value)));

/** What a flow begins with: what is done, or `@flagged`, an answer with instructions in it. */
export const beginning = compiling((value) => value !== FLAGGED && compileSelector(selectorOf(value)));

/** A mapping from selectors; a key that is none is reported where it stands. */
export function bySelector<T extends z.ZodType>(value: T): z.ZodRecord<z.ZodString, T> {
  return z.record(z.string(), value).superRefine((map, context) => {
    for (const key of Object.keys(map)) {
      try {
        compileSelector(selectorOf(key));
      } catch (error) {
        const message = (error as Error).message;
        context.addIssue({ code: 'custom', path: [key], message, params: { code: 'SP1010' } });
      }
    }
  });
}
