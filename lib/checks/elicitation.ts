import type { Call, Reply } from '../model/call.ts';
import { deny, pass, type Reason, type Verdict } from '../model/decision.ts';
import { defineCheck } from '../policy/check.ts';

/** Keeps servers from asking a person for secrets or sending them to a disguised address. */
export const elicitation = defineCheck({
  id: 'elicitation',
  about: 'Refuses forms that ask for secrets and links that hide where they lead.',
  create: () => ({
    call: (call: Call): Verdict => {
      if (call.action !== 'elicitation/create') return pass();
      const reason = judge(call.params?.json());
      return reason === undefined ? pass() : deny(reason);
    },
    reply: (call: Call, reply: Reply): Verdict => {
      if (!reply.ok || !asksForInput(call, reply)) return pass();
      const result = reply.body.json() as {
        inputRequests?: Record<string, { method?: unknown; params?: unknown }>;
      };
      for (const request of Object.values(result.inputRequests ?? {})) {
        const reason = request?.method === 'elicitation/create' ? judge(request.params) : undefined;
        if (reason !== undefined) return deny(reason);
      }
      return pass();
    },
  }),
});

/** Words that name a secret when a form field is called by them (the protocol forbids asking for these). */
const SECRET_WORDS = new Set(
  'password passwd pwd passphrase passcode secret secrets credential credentials apikey cvv cvc otp ssn pin'.split(' '),
);
const SECRET_PHRASES =
  /\b(api|access|private|secret|encryption|signing|ssh|auth)[ _-]?(key|token)s?\b|\b(credit|debit|bank) ?card|\bcard ?number|\bsocial security|\b(bearer|session|refresh|auth(entication)?) ?token|\brecovery (code|phrase)|\bseed phrase/i;
/** "token" alone is a secret, but "max tokens" is a number. */
const LONE_TOKEN = /^token$/i;

function asksForInput(call: Call, reply: Reply): boolean {
  const awaits =
    reply.body.string('resultType') === 'input_required' || reply.body.string('status') === 'input_required';
  return awaits && call.direction === 'to-backend';
}

function judge(params: unknown): Reason | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  const { mode, url, requestedSchema } = params as {
    mode?: unknown;
    url?: unknown;
    requestedSchema?: unknown;
  };
  if (mode === 'url' || url !== undefined) return judgeUrl(url);
  return judgeForm(requestedSchema);
}

function judgeForm(schema: unknown): Reason | undefined {
  const properties = (schema as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  for (const [name, definition] of Object.entries(properties)) {
    const { title, description, format } = (definition ?? {}) as Record<string, unknown>;
    const asks = [name, title].some((text) => namesSecret(text)) || phrasesSecret(description) || format === 'password';
    if (asks) return { code: 'SP3021', text: 'the server asked for a secret in a form, which the protocol forbids' };
  }
  return undefined;
}

function namesSecret(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const spaced = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');
  const words = spaced.toLowerCase().split(/\s+/);
  return words.some((word) => SECRET_WORDS.has(word)) || SECRET_PHRASES.test(spaced) || LONE_TOKEN.test(text);
}

function phrasesSecret(text: unknown): boolean {
  return typeof text === 'string' && (SECRET_PHRASES.test(text) || /\byour (password|passphrase|pin)\b/i.test(text));
}

function judgeUrl(url: unknown): Reason | undefined {
  const bad: Reason = { code: 'SP3022', text: 'the server sent a link that hides where it leads' };
  if (typeof url !== 'string' || !URL.canParse(url) || /[\u0000-\u0020\u007f]/.test(url)) return bad;
  const { protocol, username, password, hostname } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback)) return bad;
  if (username !== '' || password !== '' || /[@\\]/.test(url.split(/[/?#]/)[2] ?? '')) return bad;
  return hostname.split('.').some((label) => label.startsWith('xn--')) ? bad : undefined;
}
