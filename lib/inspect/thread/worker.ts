import { parentPort } from 'node:worker_threads';
import type { Channel } from '../../model/inspection.ts';
import { Payload } from '../../wire/payload.ts';
import { piecesOf } from '../pieces.ts';
import { cleaned } from '../rendering/cleaned.ts';
import { assessInSlices, warmAssess } from '../score/assess.ts';
import { type Whole, wholeOf } from '../whole.ts';
import type { CleanedElsewhere, Question, Told, Wanted } from './protocol.ts';

/** The thread in which large messages are read, a program of its own: nobody waits for it but who sent the message. */

function say(told: Told, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(told, transferred);
}

warmAssess();
say({ ready: true });

const parts: Uint8Array[] = [];

parentPort?.on('message', (question: Question) => {
  if ('part' in question) {
    parts.push(question.part);
    return;
  }
  try {
    answer(messageOf(Buffer.concat(parts.splice(0))), question);
  } catch (error) {
    say({ fault: (error as Error).message });
  }
});

function messageOf(bytes: Buffer): Payload {
  return new Payload([bytes], 0, bytes.length);
}

function answer(message: Payload, wanted: Wanted): void {
  if ('channel' in wanted) say({ whole: wholeAssessed(message, wanted.channel, wanted.before) });
  else {
    const clean = cleanedElsewhere(message, wanted);
    say({ cleaned: clean }, clean.body === undefined ? [] : [clean.body.bytes.buffer]);
  }
}

/** Nothing is left out here, whatever the size. */
function wholeAssessed(message: Payload, channel: Channel, before: string): Whole {
  const pieces = piecesOf(message);
  const assessing = assessInSlices(pieces, channel, before);
  for (;;) {
    const step = assessing.next();
    if (step.done === true) return wholeOf(pieces, step.value);
  }
}

function cleanedElsewhere(message: Payload, { shown, config }: Extract<Wanted, { shown: unknown }>): CleanedElsewhere {
  const { body, hidden, links } = cleaned(message, shown, config);
  if (body === message) return { hidden, links, body: undefined };
  // A copy that is nobody else's, since what is transferred is gone here.
  return { hidden, links, body: { bytes: new Uint8Array(body.bytes()), members: body.members() } };
}
