import type { CheckDefinition } from '../policy/check.ts';
import { access } from './access.ts';
import { budgets } from './budgets.ts';
import { elicitation } from './elicitation.ts';
import { limits } from './limits.ts';
import { rates } from './rates.ts';
import { repeats } from './repeats.ts';
import { stopped } from './stopped.ts';

/** The pipeline: every check, in the order it is asked. To add one: its file, a line here, a policy table. */
export const CHECKS: readonly CheckDefinition[] = [stopped, access, rates, repeats, limits, elicitation, budgets];
