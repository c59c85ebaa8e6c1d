import type { ShellCommand, ShellFacts } from '../parse/shell/facts.ts';

/** Programs whose second word says what they do. */
const WITH_VERBS = new Set(
  'apt brew cargo dotnet gh git go gradle helm kubectl mvn npm pip pnpm podman poetry systemctl terraform uv yarn'.split(
    ' ',
  ),
);
/** Verbs that run whatever follows them. */
const RUNS_WHAT_FOLLOWS = new Set('run exec x dlx eval config alias tool -c -e'.split(' '));
/** Programs whose other words say everything: what they run, where they write, whom they tell. */
const SAY_NOTHING = new Set(
  (
    'sh bash zsh dash ksh fish busybox env sudo doas su xargs find awk gawk sed perl python python2 python3 node deno bun ' +
    'ruby php lua tclsh osascript powershell pwsh cmd ssh scp rsync docker nerdctl eval exec source command builtin nohup ' +
    'time timeout nice setsid watch parallel make cmake ninja npx uvx pipx rm dd mkfs shred chmod chown tar zip curl wget nc ' +
    'ncat socat tee crontab at mount install ln mv cp vi vim nvim view emacs ed ex less more ts-node tsx pytest tox nox jest ' +
    'mocha vitest rake just ant bazel gcc cc clang tcc gdb lldb psql mysql mariadb mongosh openssl sftp ftp rclone aws gcloud az'
  ).split(' '),
);

/** The program a command line runs, with its verb; undefined when more than that must be known to say what it does. */
export function commandHead({ commands, redirects, assignments, faults, doubts }: ShellFacts): string | undefined {
  if (faults.length > 0 || doubts.length > 0 || redirects.length > 0 || assignments.length > 0) return undefined;
  const [command, ...others] = commands;
  if (command === undefined || others.length > 0 || !isPlain(command)) return undefined;
  const [program, verb] = command.words.map(({ text }) => text);
  // A program by its path, or under a version of its name, is one nobody here knows.
  if (program === undefined || !/^[a-z][a-z-]*$/.test(program) || SAY_NOTHING.has(program)) return undefined;
  if (!WITH_VERBS.has(program)) return program;
  if (verb === undefined || !/^[a-z][a-z-]*$/.test(verb) || RUNS_WHAT_FOLLOWS.has(verb)) return undefined;
  return `${program} ${verb}`;
}

function isPlain({ words, redirects, assignments, hazards, inner, transparent }: ShellCommand): boolean {
  const more = [redirects, assignments, hazards, inner].some((found) => found.length > 0);
  return !more && !transparent && !words.some(({ dynamic, glob }) => dynamic || glob);
}
