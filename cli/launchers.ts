import { basename } from 'node:path';
import { type OneShot, runOnce } from '../backends/one-shot.ts';

/** Programs that fetch or start a server for someone else; they say their version when asked with `--version`. */
const LAUNCHERS = /^(?:npx|pnpx|bunx|uvx|node|deno|python3?|docker|podman)(?:\.(?:exe|cmd))?$/i;
const WITHIN_MS = 5000;

export interface Launcher extends OneShot {
  readonly command: string;
}

/** Every launcher among `commands`, once, with its version or why it does not run. */
export function launchersOf(commands: readonly string[]): Promise<Launcher[]> {
  const launchers = [...new Set(commands)].filter((command) => LAUNCHERS.test(basename(command)));
  return Promise.all(
    launchers.map(async (command) => ({ command, ...(await runOnce(command, ['--version'], WITHIN_MS)) })),
  );
}
