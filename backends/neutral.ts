import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globalConfigFile } from './npx.ts';

/**
 * The shell npm runs a package's program with. npm puts `node_modules/.bin` of the working folder, and of every
 * folder above it, in front of the PATH, so that a cloned project could choose the `node` its servers run on; here
 * these entries go, and so do the settings that hold for this launch alone.
 */
const SHELL = `#!/bin/sh
set -f
here=$(pwd -P)
kept=
IFS=:
for entry in $PATH; do
  case $entry in /*) ;; *) continue ;; esac
  above=\${entry%/node_modules/.bin}
  if [ "$above" != "$entry" ]; then
    case $here/ in "$above"/*) continue ;; esac
  fi
  kept=$kept\${kept:+:}$entry
done
unset IFS npm_config_script_shell npm_config_globalconfig npm_config_prefix npm_config_local_prefix npm_config_global_prefix
PATH=$kept
export PATH
set +f
exec sh "$@"
`;

/**
 * Flags that make `npx` read nothing from the working folder: its project is an empty folder of our own. The
 * administrator's settings, which npm would look for below that folder too, stay in force.
 */
export function neutralFlags(stateDir: string, platform: NodeJS.Platform = process.platform): string[] {
  const folder = neutralFolder(stateDir);
  const flags = ['--prefix', folder, `--globalconfig=${globalConfigFile(process.execPath, platform)}`];
  return platform === 'win32' ? flags : [...flags, `--script-shell=${join(folder, 'shell')}`];
}

/** Where nothing can be run from the home, or it is read-only, there is a folder under the temporary one. */
function neutralFolder(stateDir: string): string {
  const folder = join(stateDir, 'neutral');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeShell(join(folder, 'shell'));
    return folder;
  } catch {
    const instead = mkdtempSync(join(tmpdir(), 'sallyport-'));
    writeShell(join(instead, 'shell'));
    return instead;
  }
}

/** Writes the shell unless it is there; another gateway may be writing, or running, it at this moment. */
function writeShell(file: string): void {
  if (contentOf(file) !== SHELL) {
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, SHELL, { mode: 0o700 });
    renameSync(fresh, file);
  }
  accessSync(file, constants.X_OK);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
