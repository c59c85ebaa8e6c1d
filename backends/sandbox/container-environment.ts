import { SandboxFault, type SandboxSpec } from '../../lib/model/sandbox.ts';
import { MARKER } from '../process-table.ts';

/** Where things are on this machine, which is elsewhere in a container. */
const PLACES = /^(HOME|PATH|USER|LOGNAME|SHELL|TMPDIR|XDG_\w+)$/;

/** What decides which engine a client talks to, and what code runs in it. */
const STEERING =
  /^((DOCKER|CONTAINER|CONTAINERS|PODMAN|LD|DYLD|GO)_\w+|GODEBUG|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|REGISTRY_AUTH_FILE)$/;

/** LD_* and their like are not needed by a client, however the gateway was started. */
const CLIENT =
  /^((DOCKER|CONTAINER|CONTAINERS)_\w+|HOME|PATH|USER|LOGNAME|LANG|LC_\w+|TMPDIR|XDG_\w+|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS)$/;

/** Docker and podman read more than a name in others: `NAME=value`, and `PREFIX*`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** The variables by which a client finds its engine. */
export function clientEnvironment(inherited: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(inherited).filter(([name, value]) => value !== undefined && CLIENT.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** How the variables of a backend come into its container. */
export interface Handed {
  /** Arguments, none with a value that came from a secret. */
  readonly args: readonly string[];
  /** Of the client, from which the values are taken. */
  readonly env: Record<string, string>;
}

/**
 * Hands over variables by name, as arguments can be read by everybody. Places that were merely inherited are those
 * of this machine and stay here; those set for the backend are given by value, because the client needs its own.
 * Throws a `SandboxFault` for a variable that would change what the client itself does.
 */
export function handOver(spec: SandboxSpec, client: Readonly<Record<string, string>>): Handed {
  const args: string[] = [];
  const env: Record<string, string> = { ...client };
  for (const [name, value] of Object.entries(spec.env)) {
    if (!NAME.test(name)) {
      throw new SandboxFault(`no container can be given a variable ${JSON.stringify(name)}`, 'rename or drop it');
    }
    if (PLACES.test(name)) {
      if (value !== client[name]) args.push('--env', `${name}=${value}`);
    } else if (STEERING.test(name) && value !== client[name]) {
      throw new SandboxFault(
        `${name} cannot be handed to a container: it would steer the client that starts it`,
        `set ${name} in the image, or by a script in it that reads another variable`,
      );
    } else {
      args.push('--env', name);
      env[name] = value;
    }
  }
  // Only /tmp can be written wherever the server has no folder of its own.
  if (!args.some((arg) => arg.startsWith('HOME='))) args.push('--env', 'HOME=/tmp');
  args.push('--env', MARKER);
  env[MARKER] = spec.run;
  return { args, env };
}
