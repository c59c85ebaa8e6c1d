import { type Cleaned, cleaned, type Shown } from '../inspect/rendering/cleaned.ts';
import { type Signs, signsIn, signsInSlices } from '../inspect/rendering/signs.ts';
import type { Call, Reply } from '../model/call.ts';
import type { Code } from '../model/codes.ts';
import type { Config } from '../model/config.ts';
import { PASS, pass, type Verdict } from '../model/decision.ts';
import type { RenderingConfig } from '../model/inspection.ts';
import type { Later } from '../model/later.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { Payload } from '../wire/payload.ts';
import { inSlices } from './in-slices.ts';

/** What attacks whoever looks at a text: a terminal, a browser, a person. */
export const rendering = defineCheck({
  id: 'rendering',
  about: 'Takes escape sequences and characters nobody sees out of what is shown, and links that carry data away.',
  create: ({ inspection }: Config) => new RenderingJudge(inspection.rendering),
});

const HIDDEN: Code = 'SP3221';
const LINKS: Code = 'SP3222';
/** Bytes from which a message is looked through in slices. */
const LARGE = 256 * 1024;

class RenderingJudge implements Judge {
  readonly #config: RenderingConfig;

  constructor(config: RenderingConfig) {
    this.#config = config;
  }

  /** A question of a server is shown to a person or a model. */
  call(call: Call): Later<Verdict> {
    return call.direction === 'to-client' && call.params !== undefined ? this.#judge(call.params, 'answer') : PASS;
  }

  reply(call: Call, { body, items }: Reply): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const list = call.resource.id;
    return this.#judge(body, items === undefined ? 'answer' : { list });
  }

  notice(told: Call): Later<Verdict> {
    return told.params === undefined ? PASS : this.#judge(told.params, 'answer');
  }

  #judge(body: Payload, shown: Shown): Later<Verdict> {
    if (body.size > LARGE) return this.#large(body, shown);
    return this.#looksAt(signsIn(body.bytes())) ? this.#verdict(body, shown, cleaned(body, shown, this.#config)) : PASS;
  }

  #looksAt({ hides, links }: Signs): boolean {
    return (this.#config.hidden !== 'off' && hides) || (this.#config.links !== 'off' && links);
  }

  /** In a thread, or others would wait for half a second at worst; here only when that fails. */
  async #large(body: Payload, shown: Shown): Promise<Verdict> {
    if (!this.#looksAt(await inSlices(signsInSlices(body)))) return PASS;
    const thread = await import('../inspect/thread/inspection-thread.ts');
    const clean = thread.sharedThread().clean(body, shown, this.#config);
    return this.#verdict(body, shown, await clean.catch(() => cleaned(body, shown, this.#config)));
  }

  #verdict(body: Payload, shown: Shown, found: Cleaned): Verdict {
    if (found.hidden + found.links === 0) return PASS;
    const findings = [
      ...(found.hidden === 0 ? [] : [`${HIDDEN} hidden characters in ${textsIn(found.hidden)}`]),
      ...(found.links === 0 ? [] : [`${LINKS} links that carry data away: ${found.links}`]),
    ];
    if (found.body === body) return pass({ findings });
    const clean = (whole: Payload) => (whole === body ? found : cleaned(whole, shown, this.#config)).body;
    return pass({ findings, edits: [{ name: 'strip', apply: clean }] });
  }
}

function textsIn(count: number): string {
  return count === 1 ? 'one text' : `${count} texts`;
}
