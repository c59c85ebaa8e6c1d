import type { Hazard } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { scanOptions } from '../options.ts';
import { isHarmlessSed } from '../sed.ts';

/** Programs of awk that start commands or write files: `system()`, pipes, `getline`, output to a name. */
const AWK_RUNS = /system|getline|[|>]|@|close\s*\(|fflush/;

const awk: Program = ({ words }): Handling => {
  const { hazards, operand } = scanOptions(
    words,
    {
      risky: [
        'f=',
        'file=',
        'i=',
        'include=',
        'l=',
        'load=',
        'e=',
        'source=',
        'E=',
        'exec=',
        'D',
        'debug',
        'o',
        'p',
        'd',
        'profile',
        'dump-variables',
        'pretty-print',
      ],
      values: ['v=', 'F=', 'assign=', 'field-separator=', 'W='],
      about: 'lets awk run something else',
      stops: true,
    },
    1,
  );
  const program = words[operand];
  const found: Hazard[] = [...hazards];
  if (program === undefined || hazards.length > 0) return { hazards: found };
  if (program.dynamic || AWK_RUNS.test(program.text))
    found.push({ at: operand, about: 'runs a program that may start commands', code: program.text });
  return { hazards: found };
};

const sed: Program = ({ words }): Handling => {
  const found: Hazard[] = [];
  let scripts = 0;
  const judge = (at: number, text: string, dynamic: boolean) => {
    scripts++;
    if (dynamic || !isHarmlessSed(text))
      found.push({ at, about: 'runs a program that may start commands or write files', code: text });
  };
  for (let at = 1; at < words.length; at++) {
    const { text, dynamic } = words[at]!;
    const inline = /^(?:-[nErsuz]*e|--expression=)(.+)$/s.exec(text);
    if (/^(-[nErsuz]*e|--expression)$/.test(text) && words[at + 1] !== undefined) {
      at++;
      judge(at, words[at]!.text, words[at]!.dynamic);
    } else if (inline !== null) judge(at, inline[1]!, dynamic);
    else if (/^-[nErsuz]*f|^--fi/.test(text)) {
      scripts++;
      found.push({ at, about: 'runs a program from a file' }, { at: at + 1, about: 'runs a program from a file' });
      at++;
    } else if (/^(-l|--line-length)$/.test(text)) at++;
    else if (!text.startsWith('-') && scripts === 0) judge(at, text, dynamic);
    else if (dynamic && words[at]!.prefix === '') found.push({ at, about: 'a word that may become an option' });
  }
  return { hazards: found };
};

/** A program in which people work: commands can be given to it by these options, and by words behind a `+`. */
function interactive(risky: string, values = ''): Program {
  return ({ words }): Handling => {
    const { hazards } = scanOptions(
      words,
      { risky: risky.split(' '), values: values.split(' '), about: 'brings commands with it' },
      1,
    );
    const plus = words.flatMap(({ text, dynamic }, at): Hazard[] => {
      return at > 0 && (dynamic || text.startsWith('+')) ? [{ at, about: 'brings commands with it', code: text }] : [];
    });
    return { hazards: [...hazards.map((hazard) => ({ ...hazard, code: words[hazard.at]!.text })), ...plus] };
  };
}

const readsCommands: Program = ({ words }): Handling => ({
  hazards: [{ at: words.length, about: 'runs what it reads', unknown: true }],
});

const vim = interactive('c= cmd= S= s= u= U= i= e E w= W= l', 't= T=');
const emacs = interactive('eval= execute= l= load= f= funcall= script= batch q L= insert=');

export const TEXT_TOOLS: Readonly<Record<string, Program>> = {
  awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
  sed,
  gsed: sed,
  vi: vim,
  vim,
  nvim: vim,
  view: vim,
  ex: vim,
  rvim: vim,
  vimdiff: vim,
  gvim: vim,
  emacs,
  emacsclient: interactive('e= eval= a= alternate-editor='),
  ed: readsCommands,
  red: readsCommands,
  nano: interactive('s= speller='),
  less: interactive('k= lesskey-file= lesskey-src= o= O= log-file= t= T=', ''),
  more: interactive('', ''),
  man: interactive('P= pager= H html= C= config-file= M= manpath= preprocessor= T= troff-device='),
  bat: interactive('pager='),
};
