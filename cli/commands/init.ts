import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { folders } from '../../lib/config/folders.ts';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { CommandError, EXIT, print, shown } from '../output/print.ts';
import { STARTER_CONFIG } from './starter.ts';

export interface InitOptions {
  readonly output?: string;
  readonly yes?: boolean;
}

/** Writes a config to begin with; an existing one is left alone unless that is asked for. */
export function init({ output, yes }: InitOptions): number {
  const file = output ?? folders().configFile;
  if (existsSync(file) && yes !== true) throw new CommandError(`${file} exists; use --yes to overwrite it`);
  try {
    if (output === undefined) ownFolder(dirname(file));
    writeFileSync(file, STARTER_CONFIG, { mode: 0o600 });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  const flag = output === undefined ? '' : ` --config ${output}`;
  print(`wrote ${shown(file)}\nnext: sallyport validate${flag} && sallyport doctor${flag}`);
  return EXIT.ok;
}
