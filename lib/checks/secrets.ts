import { digestInSteps, KnownMessages } from '../inspect/known-messages.ts';
import { SecretFinder } from '../inspect/secrets/find-secrets.ts';
import type { Call, Reply } from '../model/call.ts';
import type { Code } from '../model/codes.ts';
import type { Config } from '../model/config.ts';
import { deny, type Edit, PASS, type Pass, pass, type Reason, type Verdict } from '../model/decision.ts';
import type { SecretAction } from '../model/inspection.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { type Later, then } from '../model/later.ts';
import type { PlaceholderMemory } from '../model/placeholder-memory.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { scopeOf } from '../policy/scope.ts';
import { readsTwoWays } from '../wire/ambiguous.ts';
import type { Payload } from '../wire/payload.ts';
import { inSlices } from './in-slices.ts';
import { withNote } from './inspection-note.ts';
import { type ActionOf, actionsOf, type Way } from './secrets/actions.ts';
import { type Held, type HeldIn, heldIn, heldInSlices, type Looking } from './secrets/held.ts';
import { placeholder, redacted, taggedIn } from './secrets/redact.ts';

/** Keys, tokens, passwords and personal data, on their way out and on their way in. */
export const secrets = defineCheck({
  id: 'secrets',
  about:
    'Finds keys, tokens, passwords and personal data in what is sent and answered; flags, replaces or refuses them.',
  create: (config, tools) => new SecretsJudge(config, tools),
});

/** What names things of the protocol or opens them again: changed, it would name nothing. */
const NOT_CONTENT: Readonly<Record<Way, ReadonlySet<string>>> = {
  leaving: new Set(['_meta', 'name', 'cursor', 'requestState', 'ref', 'taskId']),
  arriving: new Set(['requestState', 'nextCursor', 'taskId', 'resultType', 'url', 'elicitationId']),
};
const MOST_TOLD = 20;
/** Bytes from which a message is searched in slices. */
const LARGE = 256 * 1024;

/** Large messages that hold nothing, which are remembered. */
const MOST_KNOWN = 64;

/** One message, and what is to become of what it holds. */
interface Judged {
  readonly call: Call;
  readonly way: Way;
  readonly body: Payload;
  readonly action: SecretAction;
  /** It is a result, in which programs are told what was replaced. */
  readonly isResult: boolean;
}

class SecretsJudge implements Judge {
  readonly #finder: SecretFinder;
  readonly #actionOf: ActionOf;
  readonly #personal: SecretAction;
  readonly #restores: boolean;
  readonly #memory: PlaceholderMemory;
  readonly #empty = new KnownMessages<HeldIn>(MOST_KNOWN);

  constructor(config: Config, { book, state }: CheckTools) {
    const { entropy, allow, personal, restore } = config.inspection.secrets;
    this.#finder = new SecretFinder({ entropy, allow });
    this.#actionOf = actionsOf(config, book);
    this.#personal = personal;
    this.#restores = restore;
    this.#memory = state.placeholders;
  }

  warm(): void {
    this.#finder.warm();
  }

  call(call: Call): Later<Verdict> {
    if (call.params === undefined || call.resource.type === 'list') return PASS;
    const way = call.direction === 'to-backend' ? 'leaving' : 'arriving';
    return this.#judge({ call, way, body: call.params, action: this.#actionOf(call, way), isResult: false });
  }

  /** What a client answers is judged as the call it amounts to, and what is in lists by others. */
  reply(call: Call, reply: Reply): Later<Verdict> {
    if (call.direction === 'to-client' || call.resource.type === 'list') return PASS;
    const action = this.#actionOf(call, 'arriving');
    return this.#judge({ call, way: 'arriving', body: reply.body, action, isResult: reply.ok });
  }

  /** Progress and log messages are answers that nobody waited for. */
  notice(told: Call): Later<Verdict> {
    if (told.params === undefined) return PASS;
    const action = this.#actionOf(told, 'arriving');
    return this.#judge({ call: told, way: 'arriving', body: told.params, action, isResult: false });
  }

  #judge(judged: Judged): Later<Verdict> {
    const { way, body, action } = judged;
    const restored = way === 'leaving' && this.#restores ? this.#restored(judged) : PASS;
    if (!restored.pass || (action === 'off' && this.#personal === 'off')) return restored;
    const held = body.size <= LARGE ? this.#heldIn(judged, body) : inSlices(this.#heldInLarge(judged, body));
    return then(held, (found) => this.#verdict(judged, found, restored));
  }

  #verdict(judged: Judged, held: HeldIn, restored: Pass): Verdict {
    const { body, action } = judged;
    const { list, unseen } = held;
    if (list.length === 0 && unseen === undefined) return restored;
    const blocked = this.#blocked(judged, list, unseen);
    if (blocked !== undefined) return deny(blocked);
    const redacts = list.some((one) => this.#actionFor(one, action) === 'redact');
    // Other edits may have been made before: what is handed on is searched as it is.
    const redact = (now: Payload) => this.#redacted(judged, now, now === body ? held : this.#heldIn(judged, now));
    if (redacts && list.some(({ inKey }) => inKey) && readsTwoWays(redact(body))) {
      return deny(refusal(judged, list[0]!, 'two members would have the same name once secrets are replaced'));
    }
    const edits: Edit[] = redacts ? [{ name: 'redact', apply: redact }] : [];
    const findings = told(list, unseen);
    return pass({ edits: [...edits, ...(restored.edits ?? [])], findings });
  }

  #heldIn(judged: Judged, body: Payload): HeldIn {
    return heldIn(body, ...this.#looking(judged));
  }

  *#heldInLarge(judged: Judged, body: Payload): Generator<void, HeldIn, void> {
    const { way, action } = judged;
    const key = `${yield* digestInSteps(body)} ${way} ${action === 'off'}`;
    const known = this.#empty.of(key);
    if (known !== undefined) return known;
    const held = yield* heldInSlices(body, ...this.#looking(judged));
    if (held.list.length === 0 && held.unseen === undefined) this.#empty.keep(key, held);
    return held;
  }

  #looking({ way, action }: Judged): [skipped: ReadonlySet<string>, looking: Looking] {
    const looking = { finder: this.#finder, secrets: action !== 'off', personal: this.#personal !== 'off' };
    return [NOT_CONTENT[way], looking];
  }

  #blocked(judged: Judged, list: readonly Held[], unseen: string | undefined): Reason | undefined {
    const first = list.find((one) => this.#actionFor(one, judged.action) === 'block');
    if (first !== undefined) return refusal(judged, first);
    const acts = [judged.action, this.#personal].some((action) => action === 'redact' || action === 'block');
    if (unseen === undefined || !acts) return undefined;
    return { ...refusal(judged, undefined), text: `this could not be searched for secrets: ${unseen}` };
  }

  #actionFor({ family }: Held, action: SecretAction): SecretAction {
    return family === 'secret' ? action : this.#personal;
  }

  #redacted(judged: Judged, body: Payload, { list }: HeldIn): Payload {
    const { call, action, isResult } = judged;
    const held = list.filter((one) => this.#actionFor(one, action) === 'redact');
    const remembers = this.#restores && isResult;
    const put = (one: Held) => {
      if (!remembers || one.family !== 'secret' || one.inKey) return placeholder(one);
      return placeholder(one, this.#memory.tagOf(scopeOf(call), one.value, placeOf(call, one.at)));
    };
    const edited = redacted(body, held, put);
    if (!isResult || held.length === 0) return edited;
    const replaced = held.slice(0, MOST_TOLD).map(({ family, kind, at }) => ({ what: `${family}:${kind}`, at }));
    return withNote(edited, { redacted: replaced });
  }

  /** Placeholders go back to where they came from, and nowhere else. */
  #restored(judged: Judged): Verdict {
    const found = this.#tagged(judged, judged.body);
    if (found.stray !== undefined) {
      const text = 'an argument holds a placeholder that stands for a secret; it goes back only to where it came from';
      return deny({ code: 'SP3213', text, rule: 'security.secrets.restore', at: found.stray });
    }
    if (found.cuts.length === 0) return PASS;
    const apply = (now: Payload) => now.splice(this.#tagged(judged, now).cuts);
    return pass({ edits: [{ name: 'restore', apply, unrecorded: true }] });
  }

  #tagged({ call }: Judged, body: Payload) {
    return taggedIn(body, this.#memory, scopeOf(call), pointerTo, (pointer) => placeOf(call, pointer));
  }
}

/**
 * A place in what a tool is told or answers, by the tool and the pointer below the arguments or the structured content:
 * so a member that was answered and one that is told can be the same.
 */
function placeOf({ resource: { backend, type, id } }: Call, pointer: string): string {
  return JSON.stringify([backend, type, id, pointer.replace(/^\/(?:arguments|structuredContent)(?=\/)/, '')]);
}

const TEXTS: Readonly<Record<Way, Readonly<Record<Held['family'], string>>>> = {
  leaving: {
    secret: 'what is sent holds something that looks like a secret, which may not leave',
    personal: 'what is sent holds personal data, which may not leave',
  },
  arriving: {
    secret: 'the answer holds something that looks like a secret and was withheld; do not repeat the call',
    personal: 'the answer holds personal data and was withheld; do not repeat the call',
  },
};

function refusal({ way, call }: Judged, held: Held | undefined, text?: string): Reason {
  const family = held?.family ?? 'secret';
  const code: Code = family === 'personal' ? 'SP3214' : way === 'leaving' ? 'SP3211' : 'SP3212';
  const side = way === 'leaving' ? 'request' : 'response';
  const rule = family === 'personal' ? 'security.secrets.personal' : `security.secrets.action.${side}`;
  const at = way === 'leaving' && call.direction === 'to-backend' ? held?.at : undefined;
  return { code, text: text ?? TEXTS[way][family], rule, ...(at === undefined ? {} : { at }) };
}

function told(list: readonly Held[], unseen: string | undefined): string[] {
  const shown = list.slice(0, MOST_TOLD).map(({ family, kind, at }) => `${family}:${kind} at ${at}`);
  if (list.length > MOST_TOLD) shown.push(`and ${list.length - MOST_TOLD} more`);
  return unseen === undefined ? shown : [...shown, `not searched to the end: ${unseen}`];
}
