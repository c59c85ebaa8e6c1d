import type { CheckDefinition } from '../policy/check.ts';
import { access } from './access.ts';
import { argumentsCheck } from './arguments.ts';
import { blockPatterns } from './block-patterns.ts';
import { commands } from './commands.ts';
import { domains } from './domains.ts';
import { elicitation } from './elicitation.ts';
import { formFields } from './form-fields.ts';
import { limits } from './limits.ts';
import { paths } from './paths.ts';
import { uploads } from './uploads.ts';

/** The pipeline: every check, in the order it is asked. To add one: its file, a line here, a policy table. */
export const CHECKS: readonly CheckDefinition[] = [
  access,
  limits,
  argumentsCheck,
  paths,
  commands,
  domains,
  formFields,
  uploads,
  blockPatterns,
  elicitation,
];
