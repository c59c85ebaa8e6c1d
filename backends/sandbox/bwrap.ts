import {
  type Network,
  type Probe,
  type SandboxDriver,
  SandboxFault,
  type SandboxSpec,
  type Wrapped,
} from '../../lib/model/sandbox.ts';
import { runToEnd } from '../one-shot.ts';
import { adviceFor } from './advice.ts';
import { mountArgs } from './bwrap-mounts.ts';
import { inheritable } from './inheritable.ts';
import { lookAtMachine } from './machine.ts';
import { findProgram } from './programs.ts';
import { seccompFilter } from './seccomp.ts';
import { heldBack, perl, startedBy } from './starter.ts';

/** Not PATH: whoever could put another one there would be the sandbox. */
const PLACES = '/usr/bin:/bin:/usr/local/bin:/run/wrappers/bin:/run/current-system/sw/bin';
const PROBE_MS = 3000;
/** The first descriptor above the standard ones. */
const FIRST_FREE = 3;
/** Ports below need the right to bind them, which is given up before the backend starts. */
const FIRST_FREE_PORT = 1024;

/**
 * Bubblewrap: namespaces for processes, mounts, network, IPC and names, no capabilities, a system-call filter, and a
 * kernel that ends everything inside when its first process dies, however that happens.
 */
export class BwrapDriver implements SandboxDriver {
  readonly name = 'bwrap';
  readonly program: string | undefined;
  readonly #program: string;

  constructor(places: string = PLACES) {
    this.program = findProgram('bwrap', { path: places, cwd: '/' });
    this.#program = this.program ?? 'bwrap';
  }

  /** Without Perl nothing inside can make the sockets the proxy is reached by. */
  get networks(): readonly Network[] {
    return perl() === undefined ? ['none', 'host'] : ['none', 'proxy', 'host'];
  }

  async probe(): Promise<Probe> {
    const { program } = this;
    const machine = lookAtMachine(program, process.getuid?.() === 0);
    if (program === undefined) return { works: false, ...adviceFor('', machine) };
    const { ok, stderr } = await runToEnd(
      program,
      [...ISOLATION, '--unshare-net', ...PLAIN, '/bin/true'],
      {},
      PROBE_MS,
    );
    return ok ? { works: true, said: `${program} works` } : { works: false, ...adviceFor(stderr, machine) };
  }

  wrap(spec: SandboxSpec): Wrapped {
    const arch = process.arch;
    if (arch !== 'x64' && arch !== 'arm64') {
      throw new SandboxFault(`no system-call filter is known for ${arch}`, 'set `sandbox.mode: off` for this backend');
    }
    const low = spec.listeners.some(({ port }) => port < FIRST_FREE_PORT);
    const handsOver = spec.network === 'proxy';
    const filter = handsOver ? FIRST_FREE + 1 : FIRST_FREE;
    const [names, named] = [filter + 1, filter + 2];
    const hosts = hostsFile(spec);
    const command = commandOf(spec);
    const args = [
      ...ISOLATION,
      ...(spec.network === 'host' ? [] : ['--unshare-net']),
      ...(spec.interactive ? [] : ['--new-session']),
      ...(low ? ['--cap-add', 'CAP_NET_BIND_SERVICE'] : []),
      ...mountArgs({ ...spec, home: spec.env['HOME'] }, !low || process.getuid?.() === 0),
      ...(hosts === undefined ? [] : ['--ro-bind-data', String(named), '/etc/hosts']),
      '--chdir',
      spec.cwd,
      '--clearenv',
      '--args',
      String(names),
      '--seccomp',
      String(filter),
      '--',
      ...command,
    ];
    return {
      driver: this.name,
      file: this.#program,
      args,
      // Outside of the sandbox nobody may be led by variables that are meant for the backend, such as LD_LIBRARY_PATH.
      env: {},
      cwd: '/',
      inputs: [
        seccompFilter(arch, { unixSockets: spec.unixSockets }),
        variables(command[0] === spec.file ? spec.env : heldBack(spec.env)),
        ...(hosts === undefined ? [] : [hosts]),
      ],
      handsOver,
    };
  }
}

/** The starter costs milliseconds, so it is left out where nothing is to be listened on and nothing to be closed. */
function commandOf({ file, args, listeners }: SandboxSpec): string[] {
  const command = [file, ...args];
  const [passedOn] = listeners.length > 0 ? [] : inheritable();
  if (listeners.length === 0 && passedOn === undefined) return command;
  const starter = perl();
  if (starter !== undefined) return startedBy(starter, listeners, command);
  const message = `descriptor ${passedOn} was open when the gateway was started, and would be open inside`;
  throw new SandboxFault(message, 'install Perl, which closes it, or start the gateway without it');
}

const ISOLATION = [
  '--unshare-user-try',
  '--unshare-ipc',
  '--unshare-pid',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--die-with-parent',
  '--cap-drop',
  'ALL',
];
const PLAIN = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--size', '1000000', '--tmpfs', '/tmp'];

/** Arguments that are read from a descriptor, for a command line can be seen by everybody. */
function variables(env: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    Object.entries(env)
      .map(([name, value]) => `--setenv\0${name}\0${value}\0`)
      .join(''),
  );
}

function hostsFile({ hosts }: SandboxSpec): Buffer | undefined {
  const lines = Object.entries(hosts).map(([name, address]) => `${address} ${name}\n`);
  if (lines.length === 0) return undefined;
  return Buffer.from(`127.0.0.1 localhost\n::1 localhost\n${lines.join('')}`);
}
