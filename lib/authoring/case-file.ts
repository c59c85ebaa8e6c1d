import type { KeyPath } from '../config/files/key-path.ts';
import type { Source } from '../config/files/source.ts';
import { nearest, type Problem } from '../config/problems.ts';
import { CODES } from '../model/codes.ts';
import type { Effect } from '../model/decision.ts';
import { asObject, type Json } from '../model/json.ts';
import { schemaDefect } from '../parse/json-schema.ts';
import { type Asked, type AskedType, splitName } from './asked.ts';

/** A call, and what policy must say of it. */
export interface Case {
  /** `file:line`. */
  readonly where: string;
  readonly note: string | undefined;
  readonly asked: Asked;
  /** Milliseconds since 1970; undefined for now. */
  readonly at: number | undefined;
  readonly expect: Effect;
  readonly code: string | undefined;
  /** Path of the rule that must decide. */
  readonly rule: string | undefined;
}

const SUBJECTS: Readonly<Record<'call' | 'prompt' | 'resource', AskedType>> = {
  call: 'tool',
  prompt: 'prompt',
  resource: 'resource',
};
const KEYS = ['call', 'prompt', 'resource', 'args', 'as', 'role', 'tenant', 'at', 'schema', 'annotations'];
const WANTED = ['expect', 'code', 'rule', 'note'];
const EFFECTS: readonly string[] = ['allow', 'deny', 'require_approval'];

/** The cases of a file: a list, or a list under `cases`. Every fault is told with its place. */
export function casesIn(source: Source, backends: readonly string[]): { readonly cases: Case[]; problems: Problem[] } {
  const reading = new CaseReading(source, backends);
  if (source.problems.length > 0) return { cases: [], problems: [...source.problems] };
  const top = asObject(source.value);
  if (top !== undefined) reading.unknownKeys(top, [], ['cases', 'title']);
  const path = top === undefined ? [] : ['cases'];
  const list = top === undefined ? source.value : top.cases;
  if (!Array.isArray(list)) reading.wrong(path, 'must be a list of cases');
  else for (const [index, entry] of list.entries()) reading.add(entry, [...path, index]);
  return reading;
}

class CaseReading {
  readonly cases: Case[] = [];
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #backends: readonly string[];

  constructor(source: Source, backends: readonly string[]) {
    this.#source = source;
    this.#backends = backends;
  }

  wrong(path: KeyPath, message: string, code: Problem['code'] = 'SP1005', help?: string): void {
    this.problems.push({ code, severity: 'error', message, where: this.#source.where(path), help });
  }

  unknownKeys(value: Json, path: KeyPath, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const close = nearest(key, known);
      const help = close === undefined ? `known are ${known.join(', ')}` : `did you mean "${close}"?`;
      const where = this.#source.where(path, key);
      this.problems.push({ code: 'SP1003', severity: 'error', message: `unknown key "${key}"`, where, help });
    }
  }

  add(entry: unknown, path: KeyPath): void {
    const value = asObject(entry);
    if (value === undefined) return this.wrong(path, 'a case must be a mapping');
    const before = this.problems.length;
    this.unknownKeys(value, path, [...KEYS, ...WANTED]);
    const subject = this.#subject(value, path);
    const text = (key: string) => this.#text(value, key, path);
    const [as, tenant, code, rule, note] = [text('as'), text('tenant'), text('code'), text('rule'), text('note')];
    const roles = this.#roles(value.role, path);
    const args = this.#object(value, 'args', path) ?? {};
    const schema = this.#object(value, 'schema', path);
    const annotations = this.#object(value, 'annotations', path);
    const at = this.#moment(value.at, path);
    if (!EFFECTS.includes(value.expect as string))
      this.wrong([...path, 'expect'], `\`expect\` must be one of ${EFFECTS.join(', ')}`);
    if (code !== undefined && !Object.hasOwn(CODES, code))
      this.wrong([...path, 'code'], `there is no code "${code}"`, 'SP1005', hintFor(code));
    if (this.problems.length > before || subject === undefined) return;
    const known = schema !== undefined || annotations !== undefined;
    this.cases.push({
      where: this.#source.where(path).replace(/:\d+$/, ''),
      note,
      asked: {
        ...subject,
        args,
        as,
        roles,
        tenant,
        shape: known
          ? { schema: schema ?? {}, annotations: annotations ?? {}, defect: schemaDefect(schema ?? {}) }
          : undefined,
      },
      at,
      expect: value.expect as Effect,
      code,
      rule,
    });
  }

  /** What is called: exactly one of `call`, `prompt` and `resource`. */
  #subject(value: Json, path: KeyPath): Pick<Asked, 'type' | 'backend' | 'id'> | undefined {
    const [key, ...more] = (Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]).filter((one) => one in value);
    if (key === undefined || more.length > 0) {
      this.wrong(path, 'a case needs exactly one of `call`, `prompt` and `resource`', 'SP1006');
      return undefined;
    }
    const name = splitName(String(value[key]));
    if (name === undefined) {
      this.wrong([...path, key], `\`${key}\` must be backend/name`);
      return undefined;
    }
    if (!this.#backends.includes(name.backend)) {
      const close = nearest(name.backend, this.#backends);
      const help = close === undefined ? `there are ${this.#backends.join(', ')}` : `did you mean "${close}"?`;
      this.wrong([...path, key], `no backend is called "${name.backend}"`, 'SP1005', help);
    }
    return { ...name, type: SUBJECTS[key] };
  }

  #text(value: Json, key: string, path: KeyPath): string | undefined {
    const text = value[key];
    if (text === undefined || typeof text === 'string') return text;
    this.wrong([...path, key], `\`${key}\` must be text`);
    return undefined;
  }

  #object(value: Json, key: string, path: KeyPath): Json | undefined {
    if (value[key] === undefined) return undefined;
    const found = asObject(value[key]);
    if (found === undefined) this.wrong([...path, key], `\`${key}\` must be a mapping`);
    return found;
  }

  #roles(value: unknown, path: KeyPath): string[] {
    const roles = value === undefined ? [] : Array.isArray(value) ? value : [value];
    if (!roles.every((role) => typeof role === 'string'))
      this.wrong([...path, 'role'], '`role` must be a name, or a list of names');
    return roles as string[];
  }

  #moment(value: unknown, path: KeyPath): number | undefined {
    if (value === undefined) return undefined;
    const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(moment)) return moment;
    this.wrong([...path, 'at'], '`at` must be a time such as 2026-11-21T10:00:00Z');
    return undefined;
  }
}

function hintFor(code: string): string | undefined {
  const close = nearest(code, Object.keys(CODES));
  return close === undefined ? undefined : `did you mean "${close}"?`;
}
