import type { Announced, ProcessId } from './announced.ts';
import { ancestorsOf, factsOf, marksOf } from './process-facts.ts';
import { tableElsewhere } from './process-facts-elsewhere.ts';
import { type Peer, type Standing, standingOf } from './who-may.ts';

export interface OwnSurroundings {
  readonly gateways: readonly Pick<Announced, 'pid' | 'start' | 'client'>[];
  /** Programs that started gateways which have ended. */
  readonly clients: readonly ProcessId[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ownUid: number;
}

/** This process, as a gateway sees whoever speaks to it; undefined where that cannot be found out. */
export async function ownPeer(): Promise<Peer | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') {
    const all = await tableElsewhere();
    const facts = all.get(process.pid);
    return (
      facts && { facts: { ...facts, ...marksOf(process.env) }, ancestors: ancestorsOf(facts, (pid) => all.get(pid)) }
    );
  }
  const facts = factsOf(process.pid);
  return facts && { facts, ancestors: ancestorsOf(facts) };
}

/**
 * Whether whoever runs this process may agree where no gateway asks them who they are: held to all that is asked at the socket.
 * What a `headless` job gives beforehand needs no terminal, since such a job has none, where there is no program of a user
 * it might have been started by; it counts as little as the word of a client, because the variable that says so is anybody's to set.
 */
export function ownStanding(peer: Peer | undefined, around: OwnSurroundings, headless: boolean): Standing {
  const { gateways, clients, env, ownUid } = around;
  if (peer === undefined) return { refused: 'it cannot be told what started it' };
  const standing = standingOf(peer, gateways, ownUid, clients);
  if (!headless || peer.facts.hasTerminal || gateways.length > 0 || clients.length > 0 || !isJob(env)) return standing;
  const seated = standingOf({ ...peer, facts: { ...peer.facts, hasTerminal: true } }, [], ownUid, []);
  return 'refused' in seated ? seated : { assurance: 'in-band' };
}

function isJob({ CI }: OwnSurroundings['env']): boolean {
  return CI !== undefined && !/^(?:|0|false|no|off)$/i.test(CI);
}
