import type { Hazard, ShellWord } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { type Options, scanOptions } from '../options.ts';

const ABOUT = 'lets git run or write something else';
const REMOTE = ['upload-pack=', 'receive-pack=', 'exec=', 'upload-archive='];

/** Options of all commands: configuration can name a command for nearly everything. */
const GLOBAL: Options = {
  risky: ['c=', 'config-env=', 'exec-path=', 'git-dir=', 'work-tree=', 'super-prefix=', 'attr-source='],
  values: ['C=', 'namespace=', 'list-cmds='],
  about: ABOUT,
  stops: true,
};

/** Risky options of single commands, and their options with values. */
const COMMANDS: Readonly<Record<string, Omit<Options, 'about'>>> = {
  clone: {
    risky: ['u=', 'c=', 'config=', 'template=', 'reference=', 'separate-git-dir=', ...REMOTE],
    values: ['b=', 'o=', 'j=', 'depth=', 'branch='],
  },
  init: { risky: ['template=', 'separate-git-dir='], values: ['b=', 'initial-branch='] },
  fetch: { risky: REMOTE, values: ['j=', 'depth=', 'o='] },
  pull: { risky: ['x=', ...REMOTE], values: ['s=', 'X=', 'j=', 'depth='] },
  push: { risky: REMOTE, values: ['o=', 'push-option='] },
  'ls-remote': { risky: REMOTE },
  'fetch-pack': { risky: REMOTE },
  'send-pack': { risky: REMOTE },
  archive: { risky: ['o=', 'output=', 'remote=', ...REMOTE], values: ['format=', 'prefix='] },
  rebase: { risky: ['x=', 'exec='], values: ['s=', 'X=', 'onto='] },
  difftool: { risky: ['x=', 'extcmd=', 't=', 'tool=', 'output='] },
  mergetool: { risky: ['t=', 'tool='] },
  grep: { risky: ['O', 'open-files-in-pager'], values: ['e=', 'A=', 'B=', 'C=', 'm=', 'f='] },
  diff: { risky: ['output=', 'ext-diff', 'no-index'], values: ['U=', 'S=', 'G='] },
  log: { risky: ['output=', 'ext-diff'], values: ['n=', 'L=', 'S=', 'G=', 'author=', 'grep=', 'since=', 'until='] },
  show: { risky: ['output=', 'ext-diff'], values: ['n=', 'S=', 'G='] },
  'format-patch': { risky: ['o=', 'output-directory=', 'output='] },
  ...Object.fromEntries(
    'add status branch checkout switch restore mv rm stash reset cherry-pick revert ls-files rev-parse describe shortlog reflog'
      .split(' ')
      .map((name) => [name, { risky: [] }]),
  ),
  commit: { risky: [], values: ['m=', 'F=', 'C=', 'c=', 't=', 'message=', 'file=', 'author=', 'date='] },
  tag: { risky: ['u=', 'local-user='], values: ['m=', 'F=', 'message='] },
  'send-email': { risky: ['smtp-server=', 'sendmail-cmd=', 'to-cmd=', 'cc-cmd=', 'header-cmd='] },
  bundle: { risky: ['create'] },
};

/** Commands that run others, or change the configuration that names them. */
const RISKY_COMMANDS = new Set(
  (
    'config filter-branch filter-repo hook daemon shell instaweb web--browse credential upload-pack receive-pack ' +
    'upload-archive http-backend remote-ext remote-fd alias cvsserver cvsimport svn p4 difftool--helper mergetool--lib'
  ).split(' '),
);

/** The second word that makes a command run others. */
const RISKY_PAIRS: Readonly<Record<string, readonly string[]>> = {
  bisect: ['run', 'visualize', 'view'],
  submodule: ['foreach', 'add', 'update', 'set-url'],
  remote: ['add', 'set-url'],
  notes: ['edit'],
  lfs: ['install', 'push'],
};

const git: Program = ({ words }): Handling => {
  const { hazards, operand } = scanOptions(words, GLOBAL, 1);
  const found: Hazard[] = [...hazards, ...transports(words)];
  const command = words[operand];
  if (command === undefined) return { hazards: found };
  const name = command.text;
  if (command.dynamic || command.glob || RISKY_COMMANDS.has(name))
    found.push({ at: operand, about: `the command ${ABOUT}` });
  const second = words[operand + 1];
  if (RISKY_PAIRS[name] !== undefined && second !== undefined) {
    if (second.dynamic || second.glob || RISKY_PAIRS[name].includes(second.text))
      found.push({ at: operand + 1, about: `${name} ${ABOUT}` });
  }
  const options = Object.hasOwn(COMMANDS, name)
    ? COMMANDS[name]!
    : { risky: [...REMOTE, 'ext-diff', 'extcmd=', 'output='] };
  found.push(...scanOptions(words, { ...options, about: ABOUT }, operand + 1).hazards);
  return { hazards: found };
};

/** `ext::command` and its like are addresses that run a command. */
function transports(words: readonly ShellWord[]): Hazard[] {
  return words.flatMap(({ text }, at) =>
    at > 0 && /^[a-z][a-z0-9+.-]*::/i.test(text) ? [{ at, about: 'an address that runs a command' }] : [],
  );
}

export const GIT: Readonly<Record<string, Program>> = { git };
