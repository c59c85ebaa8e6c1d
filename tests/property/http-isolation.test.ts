import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EngineFront, engineFront, proofOf } from '../support/engine/engine-front.ts';
import { begin, type HttpResponse, modernPost, send } from '../support/http/http.ts';
import { LegacyHttp } from '../support/http/legacy-http.ts';
import { modernMeta } from '../support/mcp/eras.ts';
import type { ScriptedServer } from '../support/mcp/scripted-server.ts';

const PEOPLE = ['alice', 'bob'] as const;
type Person = (typeof PEOPLE)[number];

interface Deed {
  readonly who: Person;
  readonly what:
    | 'modern'
    | 'legacy'
    | 'broken modern'
    | 'broken legacy'
    | 'listen'
    | 'steal'
    | 'list'
    | 'initialize anew';
  readonly steps: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  who: fc.constantFrom(...PEOPLE),
  what: fc.constantFrom(
    'modern',
    'legacy',
    'broken modern',
    'broken legacy',
    'listen',
    'steal',
    'list',
    'initialize anew',
  ),
  steps: fc.nat({ max: 4 }),
});

/** Tells whoever called what they said themselves, in progress, in the log and in the answer, with time in between. */
function echoes(server: ScriptedServer): void {
  server.onRequest('tools/call', ({ id, params }) => {
    const { said, steps } = params.arguments;
    const progressToken = id;
    const step = (progress: number) => {
      if (progress > steps) return server.result(id, { content: [{ type: 'text', text: said }] });
      server.notify('notifications/progress', { progressToken, progress, message: said });
      setTimeout(() => step(progress + 1), 1);
    };
    step(1);
    return undefined;
  });
}

/** One person's clients, who use the same ids, tokens and names as everybody else's. */
class Clients {
  readonly who: Person;
  readonly heard: HttpResponse[] = [];
  readonly legacy: LegacyHttp;
  lastEvent = '';
  readonly #url: string;

  constructor(who: Person, { url }: EngineFront) {
    this.who = who;
    this.#url = url;
    this.legacy = new LegacyHttp(url, proofOf(who));
  }

  async do({ what, steps }: Deed, other: Clients): Promise<void> {
    const args = { said: `${this.who}-secret`, steps };
    const call = modernPost('tools/call', {
      ...{ name: 'work', arguments: args },
      _meta: { ...modernMeta(), progressToken: 'token' },
    });
    const proven = { ...call, headers: { ...call.headers, ...proofOf(this.who) } };
    if (what === 'modern') this.#note(await send(this.#url, proven));
    else if (what === 'legacy') this.#note(await this.#call(args));
    else if (what === 'broken modern') await this.#broken(begin(this.#url, proven), steps);
    else if (what === 'broken legacy') {
      const response = await this.legacy.start(this.legacy.callOf('work', args, 1, { progressToken: 'token' }));
      this.#note(response);
      response.close();
    } else if (what === 'listen') this.#note(await listenFor(this.legacy, undefined));
    else if (what === 'steal') {
      for (const id of [other.lastEvent, this.lastEvent]) this.#note(await listenFor(this.legacy, id));
      const stolen = new LegacyHttp(this.#url, proofOf(this.who));
      Object.assign(stolen, { session: other.legacy.session, revision: other.legacy.revision });
      for (const id of [other.lastEvent, undefined]) this.#note(await listenFor(stolen, id));
      this.#note(await stolen.post(stolen.callOf('work', args)));
    } else if (what === 'list') this.#note(await send(this.#url, modernPost('tools/list', {}, proofOf(this.who))));
    else await this.legacy.initialize();
  }

  async #call(args: object): Promise<HttpResponse> {
    return this.legacy.post(this.legacy.callOf('work', args, 1, { progressToken: 'token' }));
  }

  async #broken(pending: ReturnType<typeof begin>, steps: number): Promise<void> {
    pending.response.then((response) => this.#note(response)).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, steps));
    pending.abort();
  }

  #note(response: HttpResponse): void {
    this.heard.push(response);
    const [first] = response.events;
    this.lastEvent = first?.id ?? this.lastEvent;
  }
}

/** Listens for a moment. */
async function listenFor(client: LegacyHttp, lastEventId: string | undefined): Promise<HttpResponse> {
  const response = await client.listen(lastEventId);
  setTimeout(() => response.close(), 5);
  return response;
}

for (const era of ['legacy', 'modern'] as const) {
  test(`two principals with the same ids, tokens and names hear nothing of each other (${era} server)`, async (t) => {
    const own = await engineFront(t, { serverEra: era, clients: PEOPLE, server: { max_sessions_per_client: 1000 } });
    own.engine.onTwin = echoes;
    echoes(own.engine.server);
    let told = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 8, maxLength: 16 }), async (deeds) => {
        const clients = { alice: new Clients('alice', own), bob: new Clients('bob', own) };
        await Promise.all(PEOPLE.map((who) => clients[who].legacy.initialize()));
        const all = deeds.map((one) => clients[one.who].do(one, clients[one.who === 'alice' ? 'bob' : 'alice']));
        await Promise.all(all);
        for (const [who, other] of [PEOPLE, [...PEOPLE].reverse()] as [Person, Person][]) {
          const heard = clients[who].heard.map(({ text }) => text).join('\n');
          assert.ok(!heard.includes(`${other}-secret`), `${who} heard of ${other}`);
          if (heard.includes(`${who}-secret`)) told++;
        }
        await Promise.all(PEOPLE.map((who) => clients[who].legacy.delete()));
      }),
      { numRuns: 25 },
    );
    assert.ok(told > 20, `only ${told} times anything was heard at all`);
  });
}
