import type { Config } from '../model/config.ts';

/** Ports of this machine that give whoever reaches them the machine: Docker, Redis, the Node debugger, the kubelet. */
const GIVE_THE_MACHINE: readonly number[] = [2375, 2376, 6379, 9229, 10_250];

/** Ports of this machine no tool and no backend ever reaches: those, and our own. */
export function neverOpenPorts({ server }: Pick<Config, 'server'>): ReadonlySet<number> {
  return new Set([...GIVE_THE_MACHINE, server.port]);
}
