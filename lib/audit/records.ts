import type { Done, RefusedFrame } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Decision, Reason } from '../model/decision.ts';
import { type Mask, maskValue } from '../model/mask.ts';
import { LOCAL_CLIENT, type Principal } from '../model/principal.ts';
import { printable } from '../model/printable.ts';
import { safeJson } from '../model/safe-json.ts';
import type { Captured } from './capture.ts';

/** What every record begins with; `rest` is the JSON text of further members, each with its comma. */
export function recordBody(seq: number, ts: string, kind: string, rest: string): string {
  return `{"v":1,"seq":${seq},"ts":"${ts}","kind":"${kind}"${rest}`;
}

/** The members of a `call` record after the common ones. */
export function callMembers(call: Call, decision: Decision, captured: Captured, revision: string, mask: Mask): string {
  const args = captured.shown === undefined ? '' : `,"args":${captured.shown}`;
  const digest = captured.digest === undefined ? '' : `,"args_sha256":"${captured.digest}"`;
  const { effect } = decision;
  const at = (decision.reason ?? decision.wouldDeny)?.at;
  const judged = at === undefined ? '' : `,"at":${quoted(mask(at))}`;
  // The rule a person agreed to a call in spite of is told, but nothing went wrong.
  const why = effect === 'allow' ? ruleMembers(decision.reason) : reasonMembers(decision.reason);
  const decided = `,"decision":"${effect}"${why}${judged}${checkMembers(decision, mask)}`;
  return `${subjectMembers(call, mask)}${args}${digest}${decided},"policy":"${revision}","bytes":${call.facts.size}`;
}

export function unaskedMembers(
  call: Omit<Call, 'facts' | 'args' | 'params'>,
  reason: Reason,
  revision: string,
  mask: Mask,
): string {
  return `${subjectMembers(call, mask)},"decision":"deny"${reasonMembers(reason)},"policy":"${revision}"`;
}

export function doneMembers(call: Call, done: Done, mask: Mask): string {
  const { decision } = done;
  const code = done.code === undefined ? '' : `,"code":"${done.code}"`;
  const decided =
    decision === undefined
      ? code
      : `,"decision":"${decision.effect}"${reasonMembers(decision.reason)}${checkMembers(decision, mask)}`;
  const ms = Math.round(done.ms * 1000) / 1000;
  return `,"id":"${call.id}"${traceMember(call)},"outcome":"${done.outcome}"${decided},"bytes":${done.bytes},"ms":${ms}`;
}

export function refusedMembers(frame: RefusedFrame): string {
  const session = frame.session === undefined ? '' : `,"session":${safeJson(frame.session)}`;
  const detail = safeJson(printable(frame.detail, 300));
  return `${session},"from":${safeJson(frame.from)},"code":"${frame.code}","detail":${detail},"bytes":${frame.bytes}`;
}

export function eventMembers(event: string, fields: Readonly<Record<string, unknown>>, mask: Mask): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `,${safeJson(key)}:${safeJson(maskValue(value, mask))}`)
    .join('');
  return `,"event":"${event}"${rest}`;
}

function subjectMembers(call: Omit<Call, 'facts' | 'args' | 'params'>, mask: Mask): string {
  const { principal, resource } = call;
  const named = resource.backend === '' ? resource.id : `${resource.backend}/${resource.id}`;
  const agent = principal.agent === '' ? '' : `,"client":${quoted(mask(principal.agent))}`;
  const direction = call.direction === 'to-client' ? ',"direction":"to-client"' : '';
  return `,"id":"${call.id}"${traceMember(call)},"session":"${call.session}","principal":${quoted(principal.subject)}${standing(principal)}${agent}${direction},"action":${quoted(call.action)},"type":"${resource.type}","resource":${quoted(mask(named))}`;
}

/** Leads from a record to the spans of its request, which name the record by its id. */
function traceMember({ trace }: Pick<Call, 'trace'>): string {
  return trace === undefined ? '' : `,"trace":"${trace.traceId}"`;
}

/** What policy judged the principal by, where that is more than its name. */
function standing({ subject, clientId, roles, tenant, proof, issuer, actors = [] }: Principal): string {
  const client = clientId === subject || clientId === LOCAL_CLIENT ? '' : `,"client_id":${quoted(clientId)}`;
  const held = roles.length === 0 ? '' : `,"roles":${safeJson(roles)}`;
  const proven = proof === 'os-user' ? '' : `,"proof":"${proof}"`;
  const by = issuer === undefined ? '' : `,"issuer":${quoted(issuer)}`;
  const through = actors.length === 0 ? '' : `,"actors":${safeJson(actors)}`;
  return `${client}${held}${tenant === undefined ? '' : `,"tenant":${quoted(tenant)}`}${proven}${by}${through}`;
}

function reasonMembers(reason: Reason | undefined): string {
  return reason === undefined ? '' : `,"code":"${reason.code}"${ruleMembers(reason)}`;
}

function ruleMembers(reason: Reason | undefined): string {
  const rule = reason?.rule === undefined ? '' : `,"rule":${quoted(reason.rule)}`;
  const source = reason?.source === undefined ? '' : `,"source":${quoted(reason.source)}`;
  return `${rule}${source}`;
}

function checkMembers(decision: Decision, mask: Mask): string {
  const check = decision.check === undefined ? '' : `,"check":"${decision.check}"`;
  const would =
    decision.wouldDeny === undefined
      ? ''
      : `,"would_deny":${safeJson({ code: decision.wouldDeny.code, rule: decision.wouldDeny.rule })}`;
  const edits = decision.edits.length === 0 ? '' : `,"edits":${safeJson(decision.edits.map(({ name }) => name))}`;
  const said = decision.findings.map(({ check, note }) => ({ check, note: mask(note) }));
  const findings = said.length === 0 ? '' : `,"findings":${safeJson(said)}`;
  return `${check}${would}${edits}${findings}${agreedMembers(decision, mask)}`;
}

/** Under which agreement of a person a call was made. */
function agreedMembers({ agreed }: Decision, mask: Mask): string {
  return agreed === undefined
    ? ''
    : `,"approval":${safeJson({ ...agreed, by: mask(agreed.by), why: agreed.why && mask(agreed.why) })}`;
}

/** Most texts in records come again and again, so their JSON form is kept. */
const QUOTED = new Map<string, string>();
const MOST_QUOTED = 2000;

function quoted(text: string): string {
  const known = QUOTED.get(text);
  if (known !== undefined) return known;
  const json = safeJson(text.length > 1024 ? `${text.slice(0, 1024)}…` : text);
  if (QUOTED.size >= MOST_QUOTED) QUOTED.clear();
  if (text.length <= 256) QUOTED.set(text, json);
  return json;
}
