import type { Place } from './hidden-instructions.ts';
import { IN_CALLS } from './places/in-calls.ts';
import { IN_LISTS } from './places/in-lists.ts';
import { IN_NOTICES } from './places/in-notices.ts';
import { IN_QUESTIONS } from './places/in-questions.ts';

/** Every place in which the texts of an attack can stand. */
export const PLACES: readonly Place[] = [...IN_CALLS, ...IN_LISTS, ...IN_NOTICES, ...IN_QUESTIONS];
