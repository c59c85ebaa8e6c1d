import { z } from 'zod';
import type { Code } from '../../model/codes.ts';
import { nearest, type Problem } from '../problems.ts';
import { configSchema, type RawConfig } from '../schema/schema.ts';
import { type KeyPath, showPath, valueAt } from './key-path.ts';
import type { Source } from './source.ts';

/** Checks a source against the schema; every fault is reported with its place. */
export function validateSource(source: Source): {
  readonly config: RawConfig | undefined;
  readonly problems: readonly Problem[];
} {
  if (source.value === undefined) return { config: undefined, problems: source.problems };
  const parsed = configSchema.safeParse(source.value ?? {});
  const unset = new Set(source.problems.map(({ where }) => where));
  const found = (parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, source));
  const problems = [...source.problems, ...found.filter(({ where }) => !unset.has(where))];
  return { config: problems.length === 0 ? parsed.data : undefined, problems };
}

function problemsOf(issue: z.core.$ZodIssue, source: Source): Problem[] {
  const path = issue.path as KeyPath;
  const place = showPath(path);
  const meant = issue.code === 'invalid_union' ? meantOf(issue) : undefined;
  if (meant !== undefined) {
    return meant.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, source));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, place, source));
  }
  const parent = path.slice(0, -1);
  if (issue.code.startsWith('invalid_') && valueAt(source.value ?? {}, path) === undefined) {
    const name = String(path.at(-1));
    const message = `required key "${name}" is missing in ${showPath(parent)}`;
    return [{ code: 'SP1006', severity: 'error', message, where: source.where(parent) }];
  }
  const custom = issue.code === 'custom' ? (issue.params?.code as Code | undefined) : undefined;
  const code: Code = custom ?? (place === 'version' ? 'SP1012' : 'SP1005');
  return [{ code, severity: 'error', message: `${place}: ${wording(issue)}`, where: source.where(path) }];
}

/** What is wrong with the one of several forms that a value has, where it has just one of them. */
function meantOf({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const ofItsForm = ({ path, code }: z.core.$ZodIssue) =>
    path.length > 0 || code === 'unrecognized_keys' || code === 'custom';
  const [meant, ...others] = errors.filter((issues) => issues.every(ofItsForm));
  return others.length === 0 ? meant : undefined;
}

function unknownKey(key: string, path: KeyPath, place: string, source: Source): Problem {
  const suggestion = nearest(key, keysAt(path));
  return {
    code: 'SP1003',
    severity: 'error',
    message: `unknown key "${key}" in ${place}`,
    where: source.where(path, key),
    ...(suggestion === undefined ? {} : { help: `did you mean "${suggestion}"?` }),
  };
}

function wording(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(String(issue.expected))}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_union':
      return unionWording(issue);
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** Every form the value could have, in the order the schema has them. */
function unionWording({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const forms = errors.map(([first]) => (first === undefined ? '' : wording(first).replace(/^must be /, '')));
  const told = [...new Set(forms)].filter((form) => form !== '');
  return told.length === 0 ? 'must have another form' : `must be ${told.join(', or ')}`;
}

function article(type: string): string {
  const words: Record<string, string> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    int: 'a whole number',
    record: 'a mapping',
    boolean: 'true or false',
  };
  return words[type] ?? `a ${type}`;
}

/** The keys the schema knows at `path`. */
function keysAt(path: KeyPath): string[] {
  let schema: unknown = configSchema;
  for (const step of path) {
    schema = unwrapped(schema);
    if (schema instanceof z.ZodObject) schema = (schema.shape as Record<string, unknown>)[String(step)];
    else if (schema instanceof z.ZodArray) schema = schema.element;
    else return [];
  }
  schema = unwrapped(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape as object) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
