import type { CheckDefinition } from '../policy/check.ts';
import { access } from './access.ts';
import { anomaly } from './anomaly.ts';
import { argumentsCheck } from './arguments.ts';
import { blockPatterns } from './block-patterns.ts';
import { budgets } from './budgets.ts';
import { commands } from './commands.ts';
import { domains } from './domains.ts';
import { effects } from './effects.ts';
import { elicitation } from './elicitation.ts';
import { flows } from './flows.ts';
import { formFields } from './form-fields.ts';
import { injection } from './injection.ts';
import { limits } from './limits.ts';
import { paths } from './paths.ts';
import { pinned } from './pinned.ts';
import { rates } from './rates.ts';
import { rendering } from './rendering.ts';
import { repeats } from './repeats.ts';
import { scopes } from './scopes.ts';
import { secrets } from './secrets.ts';
import { sql } from './sql.ts';
import { stopped } from './stopped.ts';
import { uploads } from './uploads.ts';

/** The pipeline: every check, in the order it is asked. To add one: its file, a line here, a policy table. */
export const CHECKS: readonly CheckDefinition[] = [
  stopped,
  access,
  scopes,
  pinned,
  rates,
  repeats,
  limits,
  argumentsCheck,
  paths,
  sql,
  commands,
  domains,
  formFields,
  uploads,
  blockPatterns,
  secrets,
  elicitation,
  injection,
  rendering,
  effects,
  flows,
  budgets,
  anomaly,
];
