import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Introspect } from '../../lib/identity/tokens/opaque-tokens.ts';
import { unambiguousObject } from '../../lib/identity/tokens/unambiguous.ts';
import type { IntrospectionConfig } from '../../lib/model/auth-config.ts';
import type { Json } from '../../lib/model/json.ts';
import type { Log } from '../../lib/model/log.ts';
import { ask } from '../http/asking.ts';

const AT_ONCE = 16;
/** Less than what common servers wait for the next request without saying so. */
const IDLE_MS = 4000;

/** Asks the introspection endpoint of an authorization server about a token (RFC 7662, 2). */
export class Introspector implements Introspect {
  readonly #config: IntrospectionConfig;
  readonly #log: Log;
  readonly #agent: PlainAgent;
  readonly #authorization: string;
  #isFailing = false;

  constructor(config: IntrospectionConfig, log: Log) {
    this.#config = config;
    this.#log = log;
    const Agent = new URL(config.url).protocol === 'https:' ? TlsAgent : PlainAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, timeout: IDLE_MS });
    // Both are encoded as in a form before they are joined (RFC 6749, 2.3.1).
    const [id, secret] = [config.clientId, config.clientSecret].map(formEncoded);
    this.#authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  }

  async ask(token: string): Promise<Json> {
    try {
      const { url, allowPrivate, timeoutMs } = this.#config;
      const text = await ask({
        url,
        allowPrivate,
        timeoutMs,
        method: 'POST',
        agent: this.#agent,
        headers: { Authorization: this.#authorization, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `token=${formEncoded(token)}&token_type_hint=access_token`,
      });
      const answer = unambiguousObject(text);
      if (answer === undefined || typeof answer['active'] !== 'boolean')
        throw new Error('answered in a form that is not known');
      if (this.#isFailing) this.#tell('info', 'introspection_back', {});
      this.#isFailing = false;
      return answer;
    } catch (error) {
      const why = (error as Error).message;
      if (!this.#isFailing) this.#tell('warn', 'introspection_unavailable', { code: 'SP2011', why });
      this.#isFailing = true;
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #tell(level: 'info' | 'warn', event: string, more: Readonly<Record<string, unknown>>): void {
    this.#log.write(level, event, { issuer: this.#config.issuer, url: this.#config.url, ...more });
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ _: text }).toString().slice(2);
}
