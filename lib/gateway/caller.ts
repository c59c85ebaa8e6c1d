import type { Code } from '../model/codes.ts';
import type { Era } from '../model/era.ts';
import { asObject, type Json } from '../model/json.ts';
import type { Identity } from '../model/principal.ts';
import { printable } from '../model/printable.ts';
import type { MethodRule } from '../protocol/methods.ts';
import { isModern, META, MODERN_REVISIONS, RPC, TASKS_EXTENSION } from '../protocol/revisions.ts';
import type { RequestFrame } from '../wire/frame.ts';
import type { Payload } from '../wire/payload.ts';
import { hasTasksExtension } from './extensions.ts';
import { type Refusal, rpcError } from './refusal.ts';

/** What this request says of the client, or its session said before (legacy). */
export interface Caller {
  readonly era: Era;
  readonly capabilities: Json;
  /** Name and version of the client program, printable. */
  readonly agent: string;
  /** Least level of log messages wanted for this request (modern). */
  readonly logLevel: string | undefined;
  /** The Implementation object the client names itself with. */
  readonly clientInfo: Json | undefined;
  /** Who made this request, where that is not proven once for all of a session: the same principal, perhaps with other scopes. */
  readonly identity?: Identity | undefined;
}

export interface Refused {
  readonly refusal: Refusal;
  readonly code: Code;
}

/** `name/version` of an Implementation object, safe to print and to record. */
export function agentOf(info: unknown): string {
  const { name, version } = (info ?? {}) as { name?: unknown; version?: unknown };
  if (typeof name !== 'string') return '';
  return printable(typeof version === 'string' ? `${name}/${version}` : name, 100);
}

/** Whether a request carries the modern era's facts with it. */
export function looksModern(frame: RequestFrame): boolean {
  return frame.params?.member('_meta')?.includes(`"${META.version}"`) === true;
}

/** Reads the facts every modern request must carry (2026-07-28, basic/index). Nothing is remembered. */
export function modernCaller(params: Payload | undefined): Caller | Refused {
  const meta = params?.member('_meta')?.json() as Json | undefined;
  const version = meta?.[META.version];
  if (typeof version !== 'string') return missing(META.version);
  if (!isModern(version)) return unsupportedVersion(version, MODERN_REVISIONS);
  const capabilities = asObject(meta?.[META.clientCapabilities]);
  if (capabilities === undefined) return missing(META.clientCapabilities);
  const level = meta?.[META.logLevel];
  return {
    era: 'modern',
    capabilities,
    agent: agentOf(meta?.[META.clientInfo]),
    logLevel: typeof level === 'string' ? level : undefined,
    clientInfo: asObject(meta?.[META.clientInfo]),
  };
}

export function unsupportedVersion(requested: unknown, supported: readonly string[]): Refused {
  const data = { supported, requested };
  return { refusal: rpcError(RPC.unsupportedVersion, 'Unsupported protocol version', data), code: 'SP8017' };
}

/** Whether the client said that it takes tasks (2026-07-28, tasks extension). */
export function declaresTasks({ capabilities }: Caller): boolean {
  return hasTasksExtension(capabilities);
}

/** What a modern client is told that asks after tasks without having said so. */
export function tasksUndeclared(): Refused {
  const data = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
  const refusal = rpcError(RPC.missingCapability, 'Missing required client capability', data);
  return { refusal, code: 'SP8018' };
}

/** Whether a method exists in a revision at all. */
export function inRevision(rule: MethodRule, revision: string): boolean {
  return (rule.since ?? '') <= revision && (isModern(revision) ? rule.modern : rule.legacy);
}

export function isRefused(value: Caller | Refused): value is Refused {
  return 'refusal' in value;
}

function missing(key: string): Refused {
  return { refusal: rpcError(RPC.invalidParams, `Missing or malformed _meta key: ${key}`), code: 'SP8013' };
}
