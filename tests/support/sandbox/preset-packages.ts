import { commandOf, isInstalled, KEPT } from '../../../scripts/presets/install.ts';
import { RECORDED } from '../../../scripts/presets/packages.ts';
import type { SandboxedServer } from './sandboxed.ts';
import { NO_SANDBOX } from './sandboxed.ts';

/** Why the servers of the presets cannot be run in their sandboxes, or false. */
export const NO_PACKAGES =
  NO_SANDBOX || (!isInstalled(KEPT) && 'the packages are not installed: npm run presets -- --sandbox');

/** The server of a package, as it was installed for the tests. */
export function presetServer(name: string, args: readonly string[] = []): SandboxedServer {
  const one = RECORDED.find((any) => any.package === name)!;
  const [command, ...before] = commandOf(one, KEPT);
  return { command, args: [...before, ...args], preset: one.preset };
}
