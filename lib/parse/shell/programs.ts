import { HARMLESS, type Handling, type Invocation, type Program } from './invocation.ts';
import { BUILTINS } from './programs/builtins.ts';
import { FINDERS } from './programs/find.ts';
import { GIT } from './programs/git.ts';
import { INTERPRETERS } from './programs/interpreters.ts';
import { OTHERS } from './programs/others.ts';
import { PACKAGES } from './programs/packages.ts';
import { RUNNERS } from './programs/runners.ts';
import { SHELLS } from './programs/shells.ts';
import { TEXT_TOOLS } from './programs/text-tools.ts';

/** Every program that may run more than itself, by its name. */
const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  Object.entries({
    ...OTHERS,
    ...TEXT_TOOLS,
    ...PACKAGES,
    ...GIT,
    ...INTERPRETERS,
    ...FINDERS,
    ...RUNNERS,
    ...SHELLS,
    ...BUILTINS,
  }),
);

/** What is known of an invocation: what it runs, and which of its words decide that. */
export function handlingOf(invocation: Invocation): Handling {
  const { name } = invocation;
  const program = PROGRAMS.get(name) ?? PROGRAMS.get(name.replace(/[-.]?\d[\d.]*$/, ''));
  return program === undefined ? HARMLESS : program(invocation);
}
