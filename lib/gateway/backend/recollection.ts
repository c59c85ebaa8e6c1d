import type { Reply } from '../../model/call.ts';
import { type Era, type EraMemory, erasToTry } from '../../model/era.ts';
import type { BackendPins, Remembered } from '../../model/pins.ts';
import { LISTS, type ListMethod } from '../../protocol/methods.ts';
import { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { LISTED, offeredKinds, type ServerFacts } from '../facts.ts';
import type { Backend, Engine } from '../ports.ts';
import { discovered, initialized } from './handshake.ts';
import { introduced } from './introduction.ts';

/** How the era is chosen in which a server is talked to. */
export interface EraChoice {
  readonly configured: Era | 'auto';
  readonly prefers: Era | undefined;
  readonly memory: EraMemory;
  fingerprint(): string | undefined;
}

/** A backend that is told of by what is remembered. */
type Recalled = Backend & { facts: ServerFacts | undefined; era: Era | undefined };

/** What a client can be told of a backend before it runs: what it said and listed when it was pinned. */
export class Recollection {
  readonly #pins: BackendPins;
  readonly #choice: EraChoice;
  /** What clients were told. */
  #told: ServerFacts | undefined;
  /** What was judged last: facts with the instructions clients may read, and the remembered answer they are of. */
  #judged: { readonly of: string; readonly facts: ServerFacts } | undefined;

  constructor(pins: BackendPins, choice: EraChoice) {
    this.#pins = pins;
    this.#choice = choice;
  }

  /**
   * Puts what it would say of itself to a client of `era` that asks for `revision`, if that can be known. A
   * legacy server that speaks a revision is taken to speak older ones, too, as the gateway can put results in their
   * words; what it would answer to a newer one it alone knows.
   */
  recall(backend: Recalled, era: Era, revision: string | undefined): boolean {
    const { remembered } = this.#pins;
    if (remembered === undefined || !this.#wouldSpeak(remembered.era, era)) return false;
    const facts = this.#judged?.of === remembered.result ? this.#judged.facts : silent(factsIn(remembered));
    if (facts === undefined) return false;
    if (remembered.era === 'legacy' && revision !== undefined && revision > facts.version) return false;
    this.#told = facts;
    backend.facts = facts;
    backend.era = remembered.era;
    return true;
  }

  /**
   * Approved instructions are put to the rules of today before anybody is told them. What was remembered and not judged
   * has none.
   */
  introduce(engine: Engine, backend: Recalled, then: () => void): void {
    const { remembered } = this.#pins;
    const facts = remembered === undefined ? undefined : factsIn(remembered);
    if (remembered === undefined || facts === undefined) return then();
    introduced(engine, backend, facts, (judged) => {
      this.#judged = { of: remembered.result, facts: judged };
      if (backend.facts === this.#told) {
        backend.facts = judged;
        this.#told = judged;
      }
      then();
    });
  }

  /** Whether clients were told something else than what it says now that it runs. */
  isOther({ result, capabilities, instructions }: ServerFacts): boolean {
    const told = this.#told;
    if (told === undefined || told.result.text() === result.text()) return false;
    return told.instructions !== instructions || JSON.stringify(told.capabilities) !== JSON.stringify(capabilities);
  }

  /** A whole list, as the server would send it. */
  list(method: ListMethod): Reply | undefined {
    const { remembered } = this.#pins;
    const kind = LISTED[method];
    if (this.#told === undefined || remembered === undefined || kind === undefined) return undefined;
    if (!offeredKinds(factsIn(remembered)).includes(kind)) return undefined;
    const items = `"${LISTS[method]}":[${remembered.definitions(kind).join(',')}]`;
    const modern = remembered.era === 'modern' ? ',"resultType":"complete","ttlMs":0,"cacheScope":"private"' : '';
    return { ok: true, body: Payload.of(`{${items}${modern}}`) };
  }

  /** Whether a server that was pinned in `spoken` would be talked to in it for a client of `era`. */
  #wouldSpeak(spoken: Era, era: Era): boolean {
    const { configured, prefers, memory } = this.#choice;
    const preferred = prefers ?? era;
    if (configured !== 'auto' || preferred === spoken) return configured === 'auto' || configured === spoken;
    const fingerprint = this.#choice.fingerprint();
    const known = fingerprint === undefined ? {} : memory.recall(fingerprint);
    return erasToTry(configured, preferred, known)[0] === spoken;
  }
}

/** The same without instructions. */
function silent(facts: ServerFacts | undefined): ServerFacts | undefined {
  if (facts?.instructions === undefined) return facts;
  return { ...facts, result: withoutMembers(facts.result, ['instructions']), instructions: undefined };
}

function factsIn({ era, result }: Remembered): ServerFacts | undefined {
  const body = Payload.of(result);
  return era === 'modern' ? discovered(body) : initialized(body);
}
