import type { PendingApproval } from '../model/approval-desk.ts';
import { ASSURANCES, type Assurance, type Sought } from '../model/approvals.ts';
import type { ApprovalsConfig } from '../model/approvals-config.ts';
import type { Call, Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { type Later, then } from '../model/later.ts';
import type { Mask } from '../model/mask.ts';
import { holderOf, type Principal } from '../model/principal.ts';
import { printable } from '../model/printable.ts';
import type { ToolEffect } from '../model/rules.ts';
import { compileGlob } from '../policy/glob.ts';
import type { Policy } from '../policy/policy.ts';
import { compileConstraint, type Selects } from '../policy/selector.ts';
import type { Payload } from '../wire/payload.ts';
import { type Cover, coverInWords, coverOf } from './cover.ts';
import { callDigest } from './digest.ts';
import type { Bindings } from './grant.ts';
import { plain, rendered } from './rendering.ts';
import { type Terms, termsOf } from './terms.ts';

/** The config and the policy in force. */
export interface InForce {
  readonly config: Pick<Config, 'approvals' | 'profile' | 'backends' | 'homeDir'>;
  readonly policy: Policy;
}

/** What a person is asked to agree to, worked out once: what binds it, what is shown of it, and who may answer how. */
export interface Matter {
  readonly bindings: Bindings;
  readonly session: string;
  /** Whose call it is, as `separate_approver` compares them. */
  readonly subject: string;
  readonly cover: Cover;
  /** The rule that asks. */
  readonly rule: string;
  readonly shown: Shown;
  readonly terms: Terms;
  /** Whether whoever sits at the client may answer there. */
  readonly mayAnswerInBand: boolean;
}

/** The part of a pending request that does not change. */
export type Shown = Omit<PendingApproval, 'id' | 'askedMs' | 'expiresMs' | 'calls'>;

const LONGEST_NAME = 200;
/** Of what an agreement to calls alike would cover: what cannot be said whole is not offered. */
const LONGEST_COVER = 500;

export function isEnough(assurance: Assurance, needs: Assurance): boolean {
  return ASSURANCES.indexOf(assurance) >= ASSURANCES.indexOf(needs);
}

export function bindingsOf(call: Call, params: Payload | undefined, policy: string): Bindings {
  const { principal, action, resource } = call;
  return {
    account: holderOf(principal),
    client: principal.clientId,
    action,
    backend: resource.backend,
    type: resource.type,
    resource: resource.id,
    digest: callDigest(action, resource, params),
    pin: call.facts.offered?.hash ?? null,
    policy,
  };
}

export function matterOf(sought: Sought, { config, policy }: InForce, mask: Mask): Later<Matter> {
  const { call, params, reason, shown: written } = sought;
  const about = policy.about(call);
  const { approvals } = config;
  const needs = neededFor(call, config, about.effect);
  const destroys = about.effect.kind === 'destructive';
  const backend = config.backends.find(({ name }) => name === call.resource.backend);
  const reachesOut = about.effect.flags.includes('external');
  const ground = { ...about, reachesOut, cwd: backend?.cwd ?? '/', home: config.homeDir };
  const sent = { ...call, params, args: params?.member('arguments') };
  const { principal } = call;
  const bindings = bindingsOf(call, params, sought.policy);
  const { lines, isWhole: areLinesWhole } = rendered(call.action, written, mask);
  // The name of a tool stands nowhere else.
  const isWhole = areLinesWhole && (call.action !== 'tools/call' || mask(call.resource.id).length <= LONGEST_NAME);
  return then(destroys ? { exact: true as const } : coverOf(sent, ground), (cover) => {
    const covers = coversShown(coverInWords(cover), mask);
    const shown: Shown = {
      principal: name(mask, principal.subject),
      client: name(mask, principal.agent === '' ? principal.clientId : principal.agent),
      action: call.action,
      resource: resourceName(mask, call.resource),
      effect: [about.effect.kind, ...about.effect.flags].join(' '),
      lines,
      isWhole,
      digest: bindings.digest,
      reason: name(mask, reason.text, 500),
      rule: reason.rule === undefined ? undefined : name(mask, reason.rule),
      source: reason.source === undefined ? undefined : name(mask, reason.source),
      scopes: destroys || covers?.isWhole === false ? ['once'] : approvals.scopes,
      covers: covers?.text,
      needs,
    };
    return {
      bindings,
      session: call.session,
      subject: principal.subject,
      cover,
      rule: reason.rule ?? reason.code,
      shown,
      terms: termsOf(approvals),
      mayAnswerInBand: needs === 'in-band' && isWhole && mayAnswerThere(approvals, principal),
    };
  });
}

/** The least assurance an answer about this call must have. */
export function neededFor(
  { resource }: Pick<Call, 'resource'>,
  { approvals, profile }: InForce['config'],
  effect: ToolEffect,
): Assurance {
  if (profile === 'strict' && effect.kind === 'destructive') return 'os-auth';
  const elsewhere = selectorsOf(approvals).some((selects) => selects(resource.backend, resource.id, () => effect));
  return elsewhere ? 'same-user' : 'in-band';
}

function mayAnswerThere(approvals: ApprovalsConfig, { subject, roles }: Principal): boolean {
  if (!approvals.channels.includes('client') || approvals.separateApprover) return false;
  if (approvals.approvers?.some((entry) => roles.some((role) => entry === `role:${role}`))) return true;
  const { approvers } = approvals;
  return approvers === undefined || approvers.some((entry) => compileGlob(entry, 'anything')(subject));
}

const COMPILED = new WeakMap<ApprovalsConfig, readonly Selects[]>();

function selectorsOf(approvals: ApprovalsConfig): readonly Selects[] {
  let known = COMPILED.get(approvals);
  if (known === undefined) {
    known = approvals.outOfBand.map((selector) => compileConstraint(selector));
    COMPILED.set(approvals, known);
  }
  return known;
}

function coversShown(words: string | undefined, mask: Mask): { text: string; isWhole: boolean } | undefined {
  if (words === undefined) return undefined;
  return { text: name(mask, words, LONGEST_COVER), isWhole: mask(words).length <= LONGEST_COVER };
}

function resourceName(mask: Mask, { backend, id }: Resource): string {
  return name(mask, backend === '' ? id : `${backend}/${id}`);
}

function name(mask: Mask, text: string, most = LONGEST_NAME): string {
  return plain(printable(mask(text), most));
}
