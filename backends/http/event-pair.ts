import type { IncomingMessage } from 'node:http';
import { bodyKind } from './answer-reader.ts';
import { drain } from './drain.ts';
import { type Failure, statusFailure } from './failure.ts';
import type { Life } from './life.ts';

export interface PairEvents {
  /** The server has said where it takes messages. */
  ready(endpoint: URL): void;
  /** There is no such server. */
  failed(failure: Failure): void;
}

/**
 * Opens the event stream of a server of 2024-11-05: it says first where messages are to be posted, and then all it has
 * to say. When it ends, so does everything.
 */
export function openEventPair(life: Life, events: PairEvents): void {
  life.fetch(
    { method: 'GET', headers: [], lane: 'lasting', toConfigured: true },
    {
      failed: (failure) => events.failed(failure),
      response: (response) => {
        if (response.statusCode === 200 && bodyKind(response) === 'events') return follow(life, response, events);
        drain(response);
        events.failed(
          response.statusCode === 200
            ? { code: 'SP5014', text: 'has no event stream where it is configured', notHere: true }
            : statusFailure(response.statusCode!),
        );
      },
    },
  );
}

function follow(life: Life, response: IncomingMessage, events: PairEvents): void {
  let endpoint: URL | undefined;
  const reader = life.read(response, 'events', {
    frame: (frame) => {
      if (endpoint !== undefined) life.take(frame);
    },
    event: (type, data) => {
      if (type !== 'endpoint' || endpoint !== undefined) return;
      endpoint = sameOrigin(data, life.remote.url);
      if (endpoint !== undefined) return events.ready(endpoint);
      reader.stop();
      events.failed({ code: 'SP5013', text: 'wants messages to be posted to another place than its own' });
    },
    over: () => {
      if (endpoint === undefined) events.failed({ code: 'SP5014', text: 'ended its event stream before it began' });
      else life.end({ code: 'SP5002', text: 'ended its event stream' });
    },
  });
}

/** Where messages go, when that is the server that was configured: it decides where our secrets go. */
function sameOrigin(text: string, configured: string): URL | undefined {
  if (!URL.canParse(text, configured)) return undefined;
  const url = new URL(text, configured);
  const own = url.origin === new URL(configured).origin && url.username === '' && url.password === '';
  return own ? url : undefined;
}
