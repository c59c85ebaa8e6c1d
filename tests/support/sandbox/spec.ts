import { NO_LIMITS, type SandboxSpec } from '../../../lib/model/sandbox.ts';

/** A start that asks for little, with `changes` made to it. */
export function sandboxSpec(changes: Partial<SandboxSpec> = {}): SandboxSpec {
  return {
    backend: 'files',
    file: '/usr/bin/node',
    args: ['server.js'],
    cwd: '/work/project',
    env: {},
    run: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    image: undefined,
    network: 'none',
    programs: [],
    protect: [],
    interactive: false,
    read: ['/work/project'],
    write: [],
    hide: [],
    unixSockets: false,
    listeners: [],
    hosts: {},
    limits: NO_LIMITS,
    ...changes,
  };
}
