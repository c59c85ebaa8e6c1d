import { posix } from 'node:path';
import type { Config } from '../../model/config.ts';
import type { ShellFacts, ShellWord } from '../../parse/shell/facts.ts';
import { allCommands, nameOf, operandsOf } from './tree.ts';

/** What our own program does for people only: to lift what holds agents back. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(['resume', 'trust', 'untrust']);
const OURS = /(?:^|[/@])sallyport(?:\.c?js|\.exe)?(?:@[^/]*)?$/;
/** Programs that do away with a folder and all that is in it. */
const TAKES_ALL: ReadonlySet<string> = new Set(['rm', 'mv', 'chmod', 'chown']);

/** Keeps command lines away from the files of the gateway, as far as their words say where they lead. */
export class OwnFiles {
  readonly #own: readonly string[];
  readonly #home: string;

  constructor({ ownPaths, homeDir }: Pick<Config, 'ownPaths' | 'homeDir'>) {
    const plain = ownPaths.map((path) => path.replaceAll('\\', '/').toLowerCase());
    this.#own = plain.filter((path) => path.length > 1 && posix.isAbsolute(path));
    this.#home = homeDir.replaceAll('\\', '/');
  }

  /** Whether a command line names our files, or tells our program what only people may; from `folder`, or anywhere `cd` leads. */
  isMeant(facts: ShellFacts, folder: string): boolean {
    const commands = allCommands(facts);
    const moves = commands.filter((command) => ['cd', 'pushd', 'chdir'].includes(nameOf(command)));
    const folders = [folder];
    for (const move of moves.slice(0, MOST_MOVES))
      for (const from of [...folders]) folders.push(this.#resolved(operandsOf(move)[0] ?? '~', from));
    const redirects = [...facts.redirects, ...commands.flatMap((command) => command.redirects)];
    if (redirects.some(({ target }) => this.#leadsIn(target, folders, false))) return true;
    return commands.some((command) => {
      const { words } = command;
      const at = words.findIndex(({ text }) => OURS.test(text));
      if (at !== -1 && words.slice(at + 1).some(({ text }) => FOR_PEOPLE.has(text))) return true;
      const whole = TAKES_ALL.has(nameOf(command));
      return words.some((word) => this.#leadsIn(word, folders, whole));
    });
  }

  #leadsIn({ text }: ShellWord, folders: readonly string[], whole: boolean): boolean {
    if (text.length > LONGEST) return false;
    const named = /[=:]/.test(text) ? [text, ...text.split(/[=:]/)] : [text];
    return named.some((name) => {
      if (name === '' || (name.startsWith('-') && !name.includes('/'))) return false;
      return folders.some((folder) => {
        const path = this.#resolved(name, folder).toLowerCase();
        return this.#own.some((own) => isIn(own, path) || (whole && isIn(path, own)));
      });
    });
  }

  #resolved(name: string, folder: string): string {
    return posix.resolve(folder, name.replace(/^(?:~(?=\/|$)|\$HOME\b|\$\{HOME\})/, this.#home));
  }
}

const MOST_MOVES = 3;
const LONGEST = 4096;

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
