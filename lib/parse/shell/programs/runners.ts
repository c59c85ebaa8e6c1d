import type { Hazard, ShellAssignment, ShellWord } from '../facts.ts';
import type { Handling, Invocation, Program } from '../invocation.ts';
import { mayBeOption } from '../invocation.ts';
import { literalWord, unknownWord } from '../words.ts';
import { joinedHazard, textHazard } from './shells.ts';

/** How a program that runs another one is written. Options as in `options.ts`: letters, long names, `=` for a value. */
interface Runner {
  readonly options: string;
  /** Options that decide what runs themselves. */
  readonly risky?: string;
  /** Operands before the command. */
  readonly skip?: number;
  /** `NAME=value` words before the command. */
  readonly assigns?: boolean;
  /** Changes nothing but how the command runs. */
  readonly transparent?: boolean;
  /** The rest is joined and read by a shell. */
  readonly joined?: boolean;
  /** Without a command it starts a shell that runs what it reads. */
  readonly login?: boolean;
}

interface Found {
  readonly at: number;
  readonly hazards: Hazard[];
  readonly assignments: ShellAssignment[];
  readonly seen: ReadonlyMap<string, ShellWord | undefined>;
}

/** Where the command of a runner begins. What is not known to be an option makes everything behind it unknown. */
export function findCommand(words: readonly ShellWord[], runner: Runner): Found | Hazard {
  const known = runner.options.split(' ');
  const risky = (runner.risky ?? '').split(' ').filter((name) => name !== '');
  const all = [...known, ...risky];
  const hazards: Hazard[] = [];
  const assignments: ShellAssignment[] = [];
  const seen = new Map<string, ShellWord | undefined>();
  let skip = runner.skip ?? 0;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === '--' && !word.dynamic) {
      at += 1 + skip;
      break;
    }
    const assignment = runner.assigns === true ? /^([^=\s-][^=]*)=/s.exec(word.text) : null;
    if (assignment !== null) {
      const value = word.dynamic ? undefined : word.text.slice(assignment[0].length);
      assignments.push({ name: assignment[1]!, value, dynamic: !word.prefix.includes('=') });
      continue;
    }
    if (!mayBeOption(word)) {
      if (word.text === '-') continue;
      if (skip-- > 0) continue;
      break;
    }
    if (word.dynamic || word.glob) {
      if (skip > 0 && !word.splits) {
        skip--;
        continue;
      }
      return { at, about: 'runs a command that is not literal', unknown: true };
    }
    const found = readOption(word.text, all);
    if (found === undefined) return { at, about: 'an option that is not known', unknown: true };
    const value = found.takesNext
      ? words[++at]
      : found.attached === undefined
        ? undefined
        : literalWord(found.attached);
    seen.set(found.name, value);
    if (risky.includes(found.name))
      hazards.push({ at: Math.min(at, words.length - 1), about: `-${found.name.replace('=', '')} changes what runs` });
  }
  return { at, hazards, assignments, seen };
}

function readOption(
  text: string,
  all: readonly string[],
): { name: string; takesNext: boolean; attached: string | undefined } | undefined {
  if (text.startsWith('--')) {
    const equals = text.indexOf('=');
    const name = text.slice(2, equals === -1 ? undefined : equals);
    const option =
      all.find((one) => one === name || one === `${name}=`) ??
      all.find((one) => one.length > 2 && one.startsWith(name));
    if (option === undefined) return undefined;
    return {
      name: option,
      takesNext: equals === -1 && option.endsWith('='),
      attached: equals === -1 ? undefined : text.slice(equals + 1),
    };
  }
  let last = '';
  for (let at = 1; at < text.length; at++) {
    const letter = text[at]!;
    if (all.includes(`${letter}=`)) {
      const attached = at === text.length - 1 ? undefined : text.slice(at + 1);
      return { name: `${letter}=`, takesNext: attached === undefined, attached };
    }
    if (!all.includes(letter) && !(all.includes('#') && /\d/.test(letter))) return undefined;
    last = letter;
  }
  return { name: last, takesNext: false, attached: undefined };
}

function run(runner: Runner): Program {
  return ({ words, stdin, reader }): Handling => {
    const found = findCommand(words, runner);
    if ('about' in found) return { hazards: [found] };
    const { at, hazards, assignments } = found;
    if (at >= words.length) {
      const shell: Hazard[] =
        runner.login === true ? [{ at: words.length, about: 'runs what it reads', unknown: true }] : [];
      return { hazards: [...hazards, ...shell], assignments };
    }
    const runs: Hazard =
      runner.joined === true
        ? joinedHazard(words, at, reader)!
        : { at, about: 'runs another command', runs: [reader.command(words.slice(at), stdin)] };
    const transparent = runner.transparent === true && hazards.length === 0;
    return { hazards: [...hazards, runs], transparent, assignments };
  };
}

const env: Program = (invocation: Invocation): Handling => {
  const { words, reader } = invocation;
  const found = findCommand(words, { options: ENV, risky: 'S= split-string= P= C= chdir=', assigns: true });
  if ('about' in found) return { hazards: [found] };
  const split = words.findIndex(({ text }) => /^-[i0v]*S|^--s/.test(text));
  if (split === -1 || split > found.at)
    return run({ options: ENV, risky: 'P= C= chdir=', assigns: true, transparent: true })(invocation);
  const own = words[split]!.text.replace(/^-[i0v]*S|^--s[a-z-]*=?/, '');
  const rest = words.slice(own === '' ? split + 2 : split + 1);
  const first = own === '' ? words[split + 1] : { ...words[split]!, text: own };
  const text = [first?.text ?? '', ...rest.map((word) => word.text)].join(' ');
  const dynamic = first?.dynamic === true || rest.some((word) => word.dynamic);
  return {
    hazards: [textHazard(split, dynamic ? undefined : { ...first!, text: `env ${text}` }, reader)],
    assignments: found.assignments,
  };
};

/** What comes from standard input is appended, or put in the place of a mark. */
const xargs: Program = ({ words, stdin, reader }): Handling => {
  const found = findCommand(words, { options: XARGS });
  if ('about' in found) return { hazards: [found] };
  const { at, hazards, seen } = found;
  if (at >= words.length) return { hazards };
  const replaces = ['I=', 'i', 'replace'].find((name) => seen.has(name));
  const mark = replaces === undefined ? undefined : (seen.get(replaces)?.text ?? '{}');
  const whole = words.slice(1, at).some(({ text }) => /^-[a-z]*0|^--null|^-d|^--delim/.test(text));
  const fed = stdin === undefined ? undefined : fedWords(stdin, whole);
  const more = fed === undefined ? [unknownWord('{}', true)] : fed.map(literalWord);
  const line = stdin === undefined ? undefined : stdin.trim();
  const inner = words.slice(at).map((word) => {
    if (mark === undefined || mark === '' || !word.text.includes(mark)) return word;
    return line === undefined || line.includes('\n') || word.dynamic
      ? unknownWord(word.text, false)
      : literalWord(word.text.replaceAll(mark, () => line));
  });
  const command = reader.command(mark === undefined ? [...inner, ...more] : inner);
  return { hazards: [...hazards, { at, about: 'runs another command', runs: [command] }] };
};

/** Words of standard input as `xargs` reads them: separated by blanks, quotes keep them together. */
function fedWords(stdin: string, whole: boolean): string[] {
  if (whole) return [stdin.replace(/\n$/, '')];
  return [...stdin.matchAll(/"([^"\n]*)"|'([^'\n]*)'|\S+/g)].map(([all, double, single]) => double ?? single ?? all);
}

/** `command -v name` only looks a name up. */
const command: Program = (invocation): Handling => {
  const looksUp = invocation.words[1]?.prefix.match(/^-p?[vV]/) != null;
  return looksUp ? { hazards: [] } : run({ options: 'p', transparent: true })(invocation);
};

const applet: Program = ({ words, stdin, reader }): Handling => {
  if (words.length < 2) return { hazards: [] };
  return {
    hazards: [{ at: 1, about: 'runs another command', runs: [reader.command(words.slice(1), stdin)] }],
    transparent: true,
  };
};

/** `su -c text`, `script -c text`, `flock file -c text`: a text where it is given, else what follows. */
const su: Program = ({ words, reader }): Handling => {
  const hazards: Hazard[] = [];
  words.forEach(({ text }, at) => {
    if (at > 0 && /^(-[a-zA-Z]*c|--command|--session-command)$/.test(text))
      hazards.push(textHazard(at + 1, words[at + 1], reader));
    else if (at > 0 && text.startsWith('--command='))
      hazards.push({ at, about: 'runs a text as commands', runs: reader.script(text.slice(10)) });
  });
  return { hazards: hazards.length > 0 ? hazards : [{ at: 1, about: 'runs a shell', unknown: true }] };
};

/** A runner whose options are not known here: every word behind may begin the command. */
const someRunner: Program = ({ words, reader }): Handling => {
  const starts = words
    .map((_, at) => at)
    .filter((at) => at > 0 && !words[at]!.text.startsWith('-'))
    .slice(0, 6);
  const guesses = starts.map(
    (at): Hazard => ({ at, about: 'runs another command', runs: [reader.command(words.slice(at))] }),
  );
  return { hazards: [{ at: 1, about: 'runs another command', unknown: true }, ...guesses] };
};

const ENV =
  'i 0 v u= ignore-environment null debug unset= default-signal block-signal ignore-signal list-signal-handling argv0= a=';
const XARGS =
  '0 o p r t x a= E= I= L= n= P= s= d= i l e null open-tty interactive no-run-if-empty verbose exit arg-file= delimiter= eof replace max-lines max-args= max-procs= max-chars= show-limits process-slot-var=';
const SUDO =
  'A b B E e H i K k l n P S s V v N C= D= g= h= p= R= r= T= t= u= U= user= group= host= prompt= chdir= preserve-env login shell non-interactive stdin background set-home edit list reset-timestamp';
const SSH = '4 6 A a C f G g K k M N n q s T t V v X x Y y B= b= c= D= e= i= J= L= l= m= O= p= Q= R= W= w=';
const GENERIC =
  'parallel strace ltrace gdb lldb valgrind unshare nsenter chroot proot fakeroot firejail bwrap systemd-run start-stop-daemon xvfb-run dbus-run-session ssh-agent rlwrap unbuffer expect entr at batch crontab screen tmux tsp chpst setpriv capsh prlimit numactl cgexec daemonize runcon sg newgrp pkexec gosu su-exec tini dumb-init catchsegv perf hyperfine watchexec nodemon concurrently dotenv direnv cross-env mosh autossh sshpass torsocks proxychains proxychains4 ld.so ld-linux.so ld-linux-x86-64.so open xdg-open start';

export const RUNNERS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(GENERIC.split(' ').map((name) => [name, someRunner])),
  env,
  xargs,
  command,
  busybox: applet,
  toybox: applet,
  su,
  runuser: su,
  script: su,
  flock: su,
  builtin: run({ options: '', transparent: true }),
  exec: run({ options: 'c l a=', transparent: true }),
  nice: run({ options: '# n= adjustment=', transparent: true }),
  ionice: run({ options: 't c= n= p= P= u= class= classdata= ignore', transparent: true }),
  chrt: run({ options: 'a b d f i m o r R v T= P= D=', skip: 1 }),
  taskset: run({ options: 'a c cpu-list all-tasks', skip: 1 }),
  nohup: run({ options: 'help', transparent: true }),
  setsid: run({ options: 'c f w ctty fork wait', transparent: true }),
  timeout: run({
    options: 'f v p k= s= kill-after= signal= foreground preserve-status verbose',
    skip: 1,
    transparent: true,
  }),
  gtimeout: run({
    options: 'f v k= s= kill-after= signal= foreground preserve-status verbose',
    skip: 1,
    transparent: true,
  }),
  time: run({
    options: 'a p v q l h f= format= append portability verbose quiet',
    risky: 'o= output=',
    transparent: true,
  }),
  stdbuf: run({ options: 'i= o= e= input= output= error=', transparent: true }),
  sudo: run({ options: SUDO, assigns: true }),
  doas: run({ options: 'n s L a= u= C=' }),
  watch: run({
    options:
      'b c C d e g p q= r t w x n= interval= beep color differences errexit chgexit equexit= precise no-rerun no-title no-wrap exec',
    joined: true,
  }),
  ssh: run({ options: SSH, risky: 'o= F= E= I= S=', skip: 1, joined: true, login: true }),
  dbclient: run({ options: 'p= l= i= y t T N f', risky: 'J=', skip: 1, joined: true }),
};
