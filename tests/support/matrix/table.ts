import { type ServerKind, SURFACES } from '../../fixtures/matrix/kinds.ts';
import type { ClientKind } from './client.ts';
import {
  clientCannotBeAsked,
  oldClientHasNoTasks,
  type Refused,
  serverCannotAsk,
  serverHasNoTasks,
} from './refusals.ts';
import { type Feature, SCENARIOS } from './scenarios/index.ts';
import type { Scene } from './scene.ts';

/** What one feature is worth between one client and one server. */
export interface Cell {
  readonly works: boolean;
  /** What a reader has to know of it: one sentence for the docs. */
  readonly note?: string;
  /** Shows that it works, or what the client is told where it cannot. */
  readonly show: (scene: Scene) => Promise<void>;
}

/** The cell of the matrix, whatever transport the client uses. */
export function cellOf(client: ClientKind, server: ServerKind, feature: Feature): Cell {
  const refused = refusalIn(client, server, feature);
  if (refused !== undefined) return { works: false, note: refused.reason, show: refused.shown };
  const note = remarkOn(client, server, feature);
  return { works: true, ...(note === undefined ? {} : { note }), show: SCENARIOS[feature] };
}

function refusalIn(client: ClientKind, server: ServerKind, feature: Feature): Refused | undefined {
  const { revision, tasks } = SURFACES[server];
  const old = client === 'raw-2024';
  if (feature === 'tasks') return tasks ? (old ? oldClientHasNoTasks : undefined) : serverHasNoTasks;
  if (!feature.startsWith('elicitation')) return undefined;
  const tool = feature === 'elicitation (form)' ? 'ask_form' : 'ask_url';
  if (revision === '2024-11-05') return serverCannotAsk(tool);
  return old ? clientCannotBeAsked(tool) : undefined;
}

function remarkOn(client: ClientKind, server: ServerKind, feature: Feature): string | undefined {
  const { revision } = SURFACES[server];
  const modernClient = client === 'sdk-v2-modern';
  const modernServer = revision === '2026-07-28';
  if (feature === 'tools') {
    if (client === 'raw-2024' && revision !== '2024-11-05')
      return 'Audio and links arrive as text: 2024-11-05 has neither.';
    if (!modernClient && modernServer) {
      return 'An `outputSchema` and `structuredContent` that are not objects are left out: only 2026-07-28 has them. The text stays.';
    }
  }
  if (feature === 'tasks' && modernClient && !modernServer) {
    return 'A tool that must run as a task becomes one. One that may has its result at once, since a modern client cannot ask for a task.';
  }
  if (feature === 'logging' && modernClient && server === 'http-legacy') {
    return 'A message that the server sends on a stream of its own after the answer of the call belongs to no request any more, and is left out.';
  }
  return undefined;
}
