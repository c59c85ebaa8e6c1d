import { programName } from '../../parse/shell/invocation.ts';
import { compileCommandPattern, type MemberPattern } from './pattern.ts';

const SHELLS = /^((ba|da|z|k|a|c|tc|fi)?sh|pwsh|powershell|cmd|busybox|toybox|eval|source|\.)$/;
/** Programs that run whatever program an operand names. */
const RUN_PROGRAMS =
  /^(env|xargs|sudo|doas|su|exec|command|builtin|nohup|nice|timeout|time|setsid|stdbuf|watch|ssh|parallel|strace|script|flock|chroot|unshare|nsenter|npx|bunx|pnpx|uvx|pipx|docker|podman|kubectl|make|just|gdb)$/;
/** Programs that run a file of code, which an agent can often write first. */
const RUN_FILES =
  /^(python[\d.]*|pypy\d?|node|nodejs|deno|bun|tsx|ts-node|perl|ruby|php|lua|rscript|julia|osascript|tclsh|vim?|nvim|emacs|[gm]?awk|java)$/;
/** Commands of programs that run packages or scripts nobody named. */
const RUN_PACKAGES: Readonly<Record<string, RegExp>> = {
  npm: /^(exec|x|explore|create|init)$/,
  pnpm: /^(exec|dlx|create)$/,
  yarn: /^(exec|dlx|node|create)$/,
  git: /^(config|bisect|submodule|filter-branch)$/,
  go: /^(run|generate|tool)$/,
  cargo: /^run$/,
};

/**
 * Why an entry of a list of allowed commands lets any code run; undefined when it does not. The tables of dangerous
 * options hold under such an entry as well, but they are no fence for a program made to run others.
 */
export function amountsToAnyCode(glob: string): string | undefined {
  const { members } = compileCommandPattern({ glob, rule: '', source: '' });
  for (const member of members) {
    const why = whyAnyCode(member);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyAnyCode({ words, open }: MemberPattern): string | undefined {
  const [first, second] = words;
  if (first?.kind !== 'literal') return 'it allows every program';
  const name = programName(first.text);
  const wild = open || words.some(({ kind }) => kind !== 'literal');
  if (SHELLS.test(name) && (wild || words.length === 1)) return `\`${name}\` runs any commands`;
  if (!wild) return undefined;
  const chosen = second?.kind === 'literal' ? second.text : undefined;
  if (RUN_PROGRAMS.test(name) && chosen === undefined) return `\`${name}\` runs any other program`;
  if (RUN_FILES.test(name) && (chosen === undefined || chosen.startsWith('-'))) return `\`${name}\` runs any code`;
  const packages = Object.hasOwn(RUN_PACKAGES, name) ? RUN_PACKAGES[name] : undefined;
  if (packages === undefined || (chosen !== undefined && !packages.test(chosen))) return undefined;
  return `\`${name}${chosen === undefined ? '' : ` ${chosen}`}\` can run other code`;
}
