import type { Hazard } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { type Options, scanOptions } from '../options.ts';
import { isDescriptor } from './shells.ts';

const ABOUT = 'runs code that is given with it';

/** An interpreter: some options bring code with them; without a script it runs what it reads. */
function interpreter(risky: string, values = '', commands = ''): Program {
  const options: Options = { risky: risky.split(' '), values: values.split(' '), about: ABOUT, stops: true };
  const riskyCommands = commands.split(' ');
  return ({ words }): Handling => {
    const { hazards, operand } = scanOptions(words, options, 1);
    const script = words[operand];
    const asked = words.some(({ text }, at) => at > 0 && /^(-V|-v|--version|-h|--help)$/.test(text));
    const found: Hazard[] = hazards.map((hazard) => ({ ...hazard, code: words[hazard.at]!.text }));
    if (script === undefined) {
      if (found.length === 0 && !asked) found.push({ at: words.length, about: 'runs what it reads', unknown: true });
    } else if (script.text === '-' || isDescriptor(script))
      found.push({ at: operand, about: 'runs what it reads', unknown: true });
    else if (riskyCommands.includes(script.text))
      found.push({
        at: operand,
        about: ABOUT,
        code: words
          .slice(operand)
          .map(({ text }) => text)
          .join(' '),
      });
    if (words.some(({ text }, at) => at > 0 && at < operand && text === '-'))
      found.push({ at: 1, about: 'runs what it reads', unknown: true });
    return { hazards: found };
  };
}

const python = interpreter('c= m= i', 'W= X= Q= check-hash-based-pycs=');
const node = interpreter(
  'e= eval= p= print= r= require= import= loader= experimental-loader= i interactive env-file= env-file-if-exists= experimental-config-file= openssl-config= snapshot-blob= build-snapshot= run= inspect-brk',
  'C= conditions= input-type= title=',
  'inspect debug',
);
const perl = interpreter('e= E= M= m= I= x d', '0 F= l', '');
const ruby = interpreter('e= r= I= x S', 'C= E= F= K= T= W=');

export const INTERPRETERS: Readonly<Record<string, Program>> = {
  python,
  python2: python,
  python3: python,
  pypy: python,
  pypy3: python,
  ipython: python,
  py: python,
  node,
  nodejs: node,
  tsx: node,
  'ts-node': node,
  bun: interpreter('e= eval= p= print= r= preload= require= import= i', 'cwd=', 'x exec create install i add repl'),
  deno: interpreter('A', '', 'eval run repl install compile task x'),
  perl,
  ruby,
  irb: ruby,
  php: interpreter('r= R= B= E= F= d= c= a z= interactive run= process-code=', 't= S='),
  lua: interpreter('e= l= i', ''),
  luajit: interpreter('e= l= i j=', ''),
  rscript: interpreter('e=', ''),
  r: interpreter('e= f= file=', ''),
  osascript: interpreter('e= l=', ''),
  tclsh: interpreter('encoding=', ''),
  wish: interpreter('', ''),
  guile: interpreter('c= e= l= s= L=', ''),
  racket: interpreter('e= f= l= t= u= i', ''),
  ghc: interpreter('e=', ''),
  julia: interpreter('e= E= eval= print= L= load= i', ''),
  elixir: interpreter('e= eval= r= S= pz=', ''),
  erl: interpreter('eval= run= s=', ''),
  groovy: interpreter('e=', ''),
  scala: interpreter('e=', ''),
  jshell: interpreter('', ''),
  swipl: interpreter('g= t= c=', ''),
  gst: interpreter('', ''),
};
