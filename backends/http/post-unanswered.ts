import { drain } from './drain.ts';
import { SESSION_ENDED } from './failure.ts';
import type { Life } from './life.ts';
import { cancelledId, type Message } from './message.ts';
import type { HeaderList } from './pool.ts';

/** What a body of ours is. */
export const JSON_BODY: HeaderList = ['Content-Type', 'application/json'];

/** A server has nothing to do but to take it. */
const MOST_MS = 30_000;

/** Posts what has no answer: a notification, or our answer to a question. `then` hears when the server has it or never will. */
export function postUnanswered(life: Life, message: Message, then: () => void): void {
  const refused = (why: string) =>
    life.pad.log.write('warn', 'message_not_taken', { backend: life.name, method: message.method || 'an answer', why });
  const headers = [...JSON_BODY, ...life.session.headers];
  const late = () => {
    fetching.abort();
    refused(`no answer within ${MOST_MS / 1000} s`);
    then();
  };
  const called = cancelledId(message);
  const about = typeof called === 'number' ? called : undefined;
  const timer = setTimeout(() => life.pad.turn(late), MOST_MS).unref();
  const fetching = life.fetch(
    { method: 'POST', headers, body: message.bytes, lane: 'brief', about },
    {
      over: () => clearTimeout(timer),
      failed: ({ text }) => {
        refused(text);
        then();
      },
      response: (response) => {
        const status = response.statusCode!;
        drain(response);
        if (status === 404 && life.session.id !== undefined) return life.end(SESSION_ENDED);
        if (status > 299) refused(`HTTP ${status}`);
        then();
      },
    },
  );
}
