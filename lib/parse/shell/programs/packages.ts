import type { Hazard } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { scanOptions } from '../options.ts';
import { textHazard } from './shells.ts';

const ABOUT = 'lets packages or other scripts run';
const NPM_OPTIONS = [
  'script-shell=',
  'shell=',
  'prefix=',
  'C=',
  'node-options=',
  'userconfig=',
  'globalconfig=',
  'registry=',
  'git=',
  'editor=',
  'viewer=',
  'ignore-scripts=',
  'cache=',
  'g',
  'global',
  'cwd=',
  'dir=',
  'use-yarnrc=',
  'modules-dir=',
  'c=',
  'call=',
  'package=',
  'shell-mode',
];

/** A package manager: commands that run what was not named before. Commands may be cut short. */
function manager(risky: string, withOperands: string): Program {
  const always = risky.split(' ');
  const sometimes = withOperands.split(' ');
  return ({ words }): Handling => {
    const { hazards, operand } = scanOptions(
      words,
      { risky: NPM_OPTIONS, values: ['w=', 'workspace=', 'filter='], about: ABOUT },
      1,
    );
    const command = words[operand];
    if (command === undefined) return { hazards };
    const found: Hazard[] = [...hazards];
    const means = (name: string) => name === command.text || (command.text.length > 1 && name.startsWith(command.text));
    const rest = words.findIndex(({ text, dynamic }, at) => at > operand && (dynamic || !text.startsWith('-')));
    if (command.dynamic || command.glob || always.some(means))
      found.push({ at: operand, about: ABOUT }, { at: operand + 1, about: ABOUT });
    else if (rest !== -1 && sometimes.some(means)) found.push({ at: rest, about: ABOUT });
    return { hazards: found };
  };
}

/** `npx package`: the first operand is a program from anywhere. */
function runner(text: readonly string[], skip = 0): Program {
  return ({ words, reader }): Handling => {
    const options = {
      risky: [
        'p=',
        'package=',
        'with=',
        'from=',
        'registry=',
        'userconfig=',
        'node-options=',
        'n=',
        'shell=',
        'python=',
        'index-url=',
        'spec=',
      ],
      values: ['c=', 'call='],
      about: ABOUT,
      stops: true,
    };
    const { hazards, operand } = scanOptions(words, options, 1 + skip);
    const found: Hazard[] = [...hazards];
    words.forEach((word, at) => {
      if (at > 0 && at < operand && text.includes(word.text)) found.push(textHazard(at + 1, words[at + 1], reader));
      else if (at > 0 && at < operand && word.text.startsWith('--call='))
        found.push({ at, about: ABOUT, runs: reader.script(word.text.slice(7)) });
    });
    if (operand < words.length) found.push({ at: operand, about: 'runs a program of a package' });
    return { hazards: found };
  };
}

const npm = manager(
  'exec x explore edit config set unlink link rebuild',
  'install i in ins add ad isntall it cit init create innit update up upgrade uninstall un rm remove install-test publish',
);
const npx = runner(['-c', '--call']);

const pip = manager('config', 'install download wheel');
const cargo = manager('', 'install');

export const PACKAGES: Readonly<Record<string, Program>> = {
  npm,
  pnpm: manager('exec dlx config set env patch link', 'install i add create init update up'),
  yarn: manager('exec dlx config set node plugin link policies', 'add create init up upgrade'),
  npx,
  bunx: npx,
  pnpx: npx,
  pnx: npx,
  uvx: npx,
  pipx: manager('run runpip install inject', ''),
  uv: manager('run tool x', 'add pip'),
  pip,
  pip3: pip,
  poetry: manager('run shell config', 'add'),
  gem: manager('exec', 'install'),
  bundle: manager('exec config open', 'add'),
  bundler: manager('exec config open', 'add'),
  composer: manager('exec run-script config', 'require global create-project'),
  cargo,
  go: manager('run generate tool env', 'install get'),
  corepack: manager('yarn pnpm npm npx', ''),
  apt: manager('', 'install'),
  'apt-get': manager('', 'install source'),
  brew: manager('', 'install tap'),
};
