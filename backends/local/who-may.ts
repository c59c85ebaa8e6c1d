import type { Assurance } from '../../lib/model/approvals.ts';
import type { Announced, ProcessId } from './announced.ts';
import type { ProcessFacts } from './process-facts.ts';

/** A process that proved which one it is, and those it descends from, the nearest first. */
export interface Peer {
  readonly facts: ProcessFacts;
  /** Undefined when they cannot be followed. */
  readonly ancestors: readonly ProcessFacts[] | undefined;
}

export type Standing = { readonly assurance: Assurance } | { readonly refused: string };

/** They start everybody, so that descending from one says nothing. */
const MANAGERS = /^(?:systemd|launchd|init)$/;
const ROOT = 0;

/**
 * Whether whoever runs this process may answer for a person. Below a client or a backend there may be a model with a shell,
 * and without a terminal there is nobody to read what is asked. It keeps out what does not hide where it comes from; a program
 * of the same user that does is kept out by `os-auth` alone. `clients` started gateways that have ended.
 */
export function standingOf(
  { facts, ancestors }: Peer,
  gateways: readonly Pick<Announced, 'pid' | 'start' | 'client'>[],
  ownUid: number,
  clients: readonly ProcessId[],
): Standing {
  if (facts.uid === undefined) return { refused: 'it acts for another user than the one who runs it' };
  if (facts.uid !== ownUid && facts.uid !== ROOT) return { refused: 'it is run by another user' };
  if (ancestors === undefined) return { refused: 'what started it cannot be followed to its end' };
  const line = [facts, ...ancestors];
  if (line.some(({ isMarked }) => isMarked)) return { refused: 'it was started by a backend' };
  if (facts.agentMark !== undefined) return { refused: `it was started by an agent, which has set ${facts.agentMark}` };
  if (gateways.some((gateway) => line.some((one) => isSame(one, gateway)))) {
    return { refused: 'it was started by a gateway' };
  }
  for (const client of [...gateways.map((gateway) => gateway.client), ...clients]) {
    if (client === undefined || client.pid <= 1) continue;
    const above = line.find((one) => isSame(one, client));
    if (above !== undefined && !MANAGERS.test(above.name)) {
      return { refused: `it was started by ${above.name} (process ${above.pid}), a client whose calls are guarded` };
    }
  }
  if (!facts.hasTerminal) return { refused: 'it has no terminal' };
  return { assurance: facts.uid === ownUid ? 'same-user' : 'os-auth' };
}

function isSame(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && (a.start === b.start || b.start === '');
}
