import type { ApprovalAnswer, PendingApproval } from '../model/approval-desk.ts';
import type { FormWords, GrantScope } from '../model/approvals.ts';
import { asObject } from '../model/json.ts';
import { Payload } from '../wire/payload.ts';
import { plain } from './rendering.ts';

/** What a person said in the form of their client. */
export type Said = { readonly approved: false } | { readonly approved: true; readonly scope: GrantScope };

const DENIED: Said = { approved: false };
const SCOPES: ReadonlyMap<string, GrantScope> = new Map([
  ['once', 'once'],
  ['session', 'session'],
  ['time', 'time'],
]);

/** The parameters of the elicitation by which whoever sits at the client is asked. Nothing it holds is said by the gateway alone. */
export function formFor(pending: PendingApproval, words: FormWords): Payload {
  const choices = [['deny', 'Deny'], ...pending.scopes.map((scope) => [scope, titleOf(scope, pending)])];
  const values = choices.map(([value]) => value);
  const titles = choices.map(([, title]) => title);
  const decision = words.enumNames
    ? { type: 'string', enum: values, enumNames: titles, default: 'deny' }
    : { type: 'string', oneOf: choices.map(([value, title]) => ({ const: value, title })), default: 'deny' };
  const requestedSchema = { type: 'object', properties: { decision }, required: ['decision'] };
  const mode = words.modes ? { mode: 'form' } : {};
  return Payload.of(JSON.stringify({ ...mode, message: messageOf(pending), requestedSchema }));
}

/** What the answer says; everything but a clear yes is a no. */
export function saidIn(result: Payload | undefined, scopes: readonly GrantScope[]): Said {
  if (result === undefined) return DENIED;
  let answer: ReturnType<typeof asObject>;
  try {
    answer = asObject(result.json());
  } catch {
    return DENIED;
  }
  if (answer?.action !== 'accept') return DENIED;
  const decision = asObject(answer.content)?.decision;
  const scope = typeof decision === 'string' ? SCOPES.get(decision) : undefined;
  return scope !== undefined && scopes.includes(scope) ? { approved: true, scope } : DENIED;
}

/** What whoever sits at the client of `subject` said, of so many calls. */
export function clientsAnswer(subject: string, said: Said, calls: number): ApprovalAnswer {
  const { approved } = said;
  const scope = said.approved ? said.scope : 'once';
  return { approved, scope, calls, by: subject, channel: 'client', assurance: 'in-band', why: undefined };
}

function messageOf({ client, resource, effect, lines, reason, rule, source, calls }: PendingApproval): string {
  const does = effect === '' ? '' : ` (${effect})`;
  const several = calls > 1 ? [`${calls} calls exactly like this wait.`] : [];
  const by = rule === undefined ? [] : [`Rule: ${plain(rule)}${source === undefined ? '' : ` (${plain(source)})`}`];
  const said = [`[sallyport] ${client} wants ${resource}${does}`, ...lines.map((line) => `  ${line}`)];
  return [...said, ...several, `Why: ${plain(reason)}`, ...by].join('\n');
}

function titleOf(scope: GrantScope, { covers }: PendingApproval): string {
  if (scope === 'once') return 'Approve once';
  const what = covers === undefined ? 'this exact call' : `this tool, ${plain(covers)},`;
  return scope === 'session' ? `Approve ${what} for this session` : `Approve ${what} for a while`;
}
