import { runInside } from '../../backends/sandbox/inside.ts';
import { folders } from '../../lib/config/folders.ts';
import { CredentialFault } from '../../lib/model/credentials.ts';
import { printable } from '../../lib/model/printable.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';
import { compose } from '../compose.ts';
import { CommandError } from '../output/print.ts';

export interface ShellOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
}

/** Runs a shell, or another command, where a backend runs: its files, its network, its environment; not its limits. */
export async function shell(name: string, command: readonly string[], options: ShellOptions): Promise<number> {
  const running = await compose({ config: options.config, overrides: { profile: options.profile } });
  try {
    const { sandboxes, credentials, guardian, config } = running;
    const backend = config.backends.find((one) => one.name === name);
    if (backend === undefined) {
      const names = config.backends.map((one) => one.name).join(', ');
      throw new CommandError(`there is no backend "${printable(name)}"; there are: ${names}`);
    }
    if (sandboxes === undefined || backend.sandbox.mode === 'off') {
      throw new CommandError(`${name} runs without a sandbox: set its \`sandbox.mode\` to auto or required`);
    }
    const [file, ...args] = command.length > 0 ? command : [process.env['SHELL'] ?? '/bin/sh'];
    const ground = { sandboxes, credentials, guardian, inherited: process.env, stateDir: folders().stateDir };
    return (await runInside(backend, [file!, ...args], 'inherit', ground)).code;
  } catch (error) {
    if (error instanceof SandboxFault) {
      const [next] = error.fix.includes('\n') ? ['`sallyport doctor` prints what to do'] : [error.fix];
      throw new CommandError(`${name}: ${error.message}; ${next} (SP5023)`);
    }
    if (error instanceof CredentialFault) throw new CommandError(`${name}: ${error.message}; ${error.fix} (SP5025)`);
    throw error;
  } finally {
    await running.close(true);
  }
}
