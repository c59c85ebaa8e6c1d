import { compileCommandPattern } from './pattern.ts';

const SHELLS = /^(ba|da|z|k|a|c|tc|fi)?sh$|^(pwsh|powershell|cmd|busybox|toybox)$/;
/** Programs that run whatever an operand says. */
const RUN_OPERANDS =
  /^(env|xargs|sudo|doas|su|exec|eval|command|builtin|nohup|nice|timeout|time|setsid|stdbuf|watch|ssh|parallel|strace|script|flock|chroot|unshare|nsenter|source|\.|npx|bunx|pnpx|uvx|pipx|docker|podman|kubectl|make|just|gdb)$/;
/** Programs that run a file of code, which an agent can often write first. */
const RUN_FILES = /^(python[\d.]*|pypy\d?|node|nodejs|deno|bun|tsx|ts-node|perl|ruby|php|lua|rscript|julia|osascript|tclsh|vim|vi|nvim|emacs|awk|gawk|mawk|go|cargo|dotnet|java)$/i;
const RUN_COMMANDS: Readonly<Record<string, RegExp>> = {
  npm: /^(exec|x|run|run-script|start|explore|install|i|ci|init|create)$/,
  pnpm: /^(exec|dlx|run|install|add|create)$/,
  yarn: /^(exec|dlx|run|node|add|create)$/,
  git: /^(config|bisect|submodule|filter-branch|rebase)$/,
  go: /^(run|generate|test|tool)$/,
  cargo: /^(run|test|build)$/,
};

/**
 * Why an entry of a list of allowed commands lets any code run; undefined when it does not. The tables of dangerous
 * options still hold under such an entry, but they are no fence for a program made to run others.
 */
export function amountsToAnyCode(glob: string): string | undefined {
  for (const { words, open } of compileCommandPattern({ glob, rule: '', source: '' }).members) {
    const [first, second] = words;
    if (first === undefined || first.kind !== 'literal') return 'it allows every program';
    const name = first.text.slice(first.text.lastIndexOf('/') + 1);
    const wild = open || words.some(({ kind }) => kind !== 'literal');
    if (!wild) {
      if (SHELLS.test(name) && words.length === 1) return `\`${name}\` runs whatever it reads`;
      continue;
    }
    const rest = words.slice(1);
    if (SHELLS.test(name) && (open || rest.some(({ kind }) => kind !== 'literal'))) return `\`${name}\` runs any code`;
    if (RUN_OPERANDS.test(name) && (second === undefined || second.kind !== 'literal')) return `\`${name}\` runs any other program`;
    if (RUN_FILES.test(name) && (second === undefined || second.kind !== 'literal')) return `\`${name}\` runs any file of code`;
    if (RUN_FILES.test(name) && second?.kind === 'literal' && /^-/.test(second.text)) return `\`${name} ${second.text}\` runs any code`;
    const commands = Object.hasOwn(RUN_COMMANDS, name) ? RUN_COMMANDS[name] : undefined;
    if (commands === undefined || second?.kind === 'literal') {
      if (commands !== undefined && second?.kind === 'literal' && /^(exec|x|dlx|explore|create|init|run$)$/.test(second.text) && name !== 'git' && second.text !== 'run') {
        return `\`${name} ${second.text}\` runs any package`;
      }
      continue;
    }
    return `\`${name} *\` includes commands that run other code`;
  }
  return undefined;
}
