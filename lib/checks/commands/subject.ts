import type { Call } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { keysOf } from '../../model/json-pointer.ts';
import type { ShellFacts } from '../../parse/shell/facts.ts';
import { programName } from '../../parse/shell/invocation.ts';
import { argumentsOf } from '../../policy/call-arguments.ts';
import type { JudgedValue } from '../../policy/judged-values.ts';

/** One command line a call brings: a text, or words as they are given to a program. */
export interface Subject {
  /** JSON pointer from the arguments. */
  readonly at: string;
  readonly text: string | undefined;
  readonly words: readonly string[] | undefined;
  /** Why it cannot be judged. */
  readonly wrong: string | undefined;
  /** Variables given beside it. */
  readonly variables: readonly string[];
  /** The folder given beside it. */
  readonly folder: string | undefined;
  /** Whether the argument is surely meant for a shell. */
  readonly sure: boolean;
}

/** An argument that says which shell or program reads the command. */
export interface NamedShell {
  readonly at: string;
  readonly text: string;
}

export interface Subjects {
  readonly lines: readonly Subject[];
  readonly shells: readonly NamedShell[];
}

const ARGUMENTS = ['args', 'arguments', 'argv'];
const FOLDERS = ['cwd', 'workdir', 'working_directory', 'workingDirectory', 'work_dir', 'directory', 'dir'];
const VARIABLES = ['env', 'environment', 'envs', 'env_vars', 'envVars', 'variables'];

/**
 * Puts judged values together as a server does. A `command` with `args` beside it is an argument vector. A list
 * under a name in the singular is one, too; under a name in the plural it is a list of texts. A list of one element
 * and a command with blanks in it are texts as well, since that is how they are run.
 */
export function subjectsOf(call: Call, values: readonly JudgedValue[]): Subjects {
  const { values: root, answers } = argumentsOf(call);
  const answered = values.filter(isAnswer);
  if (answered.length === 0) return subjectsIn(root, values);
  const said = answers.prefix.reduceRight<Json>((inner, key) => ({ [key]: inner }), answers.values);
  const own = subjectsIn(
    root,
    values.filter((value) => !isAnswer(value)),
  );
  const brought = subjectsIn(said, answered);
  return { lines: [...own.lines, ...brought.lines], shells: [...own.shells, ...brought.shells] };
}

/** Pointers into answers begin at the parameters, those into arguments below them. */
function isAnswer({ at, path }: JudgedValue): boolean {
  return path !== undefined && path.length === at.split('/').length - 1;
}

function subjectsIn(root: Json, values: readonly JudgedValue[]): Subjects {
  const lines: Subject[] = [];
  const shells: NamedShell[] = [];
  const lists = new Map<string, JudgedValue[]>();
  for (const value of values) {
    const { parent, name } = split(value.at);
    if (/^(?:.*[_-])?(?:shell|interpreter)$/i.test(name)) shells.push(value);
    else if (/^\d+$/.test(name)) lists.set(parent, [...(lists.get(parent) ?? []), value]);
    else if (!ARGUMENTS.includes(name) || !isCommandBeside(root, parent)) lines.push(lineOf(root, value, parent, name));
  }
  for (const [at, members] of lists) {
    const { parent, name } = split(at);
    if (ARGUMENTS.includes(name) && isCommandBeside(root, parent)) continue;
    const around = beside(root, parent);
    const words = members.map(({ text }) => text);
    const plural = /s$/i.test(name) && !ARGUMENTS.includes(name);
    if (!plural && words.length > 1)
      lines.push({ ...around, at, text: undefined, words, wrong: undefined, sure: true });
    else
      for (const { at: each, text } of members)
        lines.push({ ...around, at: each, text, words: undefined, wrong: undefined, sure: true });
  }
  return { lines, shells };
}

function lineOf(root: Json, { at, text }: JudgedValue, parent: string, name: string): Subject {
  const around = beside(root, parent);
  const sure = !/scripts?$/i.test(name);
  const given = /^(?:.*[_-])?(?:command|cmd)$/i.test(name) ? argumentsBeside(root, parent) : undefined;
  if (given === undefined) return { ...around, at, text, words: undefined, wrong: undefined, sure };
  if (typeof given === 'string')
    return { ...around, at, text: `${text} ${given}`, words: undefined, wrong: undefined, sure };
  if (!given.every((one) => typeof one === 'string')) {
    return { ...around, at, text: undefined, words: undefined, wrong: 'an argument is no text', sure };
  }
  const plain = /^[A-Za-z0-9_./+@:-]+$/.test(text);
  if (plain || given.length > 0) {
    // What is no plain name is run by a shell, if at all, and then the words are joined.
    if (plain) return { ...around, at, text: undefined, words: [text, ...given], wrong: undefined, sure };
    return { ...around, at, text: [text, ...given].join(' '), words: undefined, wrong: undefined, sure };
  }
  return { ...around, at, text, words: undefined, wrong: undefined, sure };
}

function argumentsBeside(root: Json, parent: string): readonly unknown[] | string | undefined {
  const object = objectAt(root, parent);
  for (const key of ARGUMENTS) {
    const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
    if (Array.isArray(value) || typeof value === 'string') return value;
    if (value !== undefined && value !== null) return [value];
  }
  return undefined;
}

function isCommandBeside(root: Json, parent: string): boolean {
  const object = objectAt(root, parent)!;
  return Object.keys(object).some(
    (key) => /^(?:.*[_-])?(?:command|cmd)$/i.test(key) && typeof object[key] === 'string',
  );
}

/** The folder and the variables a command is run with. */
function beside(root: Json, parent: string): Pick<Subject, 'variables' | 'folder'> {
  const object = objectAt(root, parent) ?? {};
  const variables: string[] = [];
  for (const key of VARIABLES) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (Array.isArray(value)) variables.push(...value.map((one) => variableName(one)));
    else if (typeof value === 'string') variables.push(...value.split(/\s+/).map(variableName));
    else variables.push(...Object.keys(asObject(value) ?? {}));
  }
  const key = FOLDERS.find((name) => typeof object[name] === 'string');
  return { variables, folder: key === undefined ? undefined : (object[key] as string) };
}

/** `NAME=value`, or an object with a `name`. */
function variableName(value: unknown): string {
  if (typeof value === 'string') return value.split('=', 1)[0]!;
  const { name, key } = asObject(value) ?? {};
  return String(name ?? key ?? '');
}

function objectAt(root: Json, pointer: string): Json | undefined {
  let found: unknown = root;
  for (const key of keysOf(pointer)) found = (found as Json)[key];
  return asObject(found);
}

function split(pointer: string): { readonly parent: string; readonly name: string } {
  const slash = pointer.lastIndexOf('/');
  return { parent: pointer.slice(0, slash), name: pointer.slice(slash + 1) };
}

const READABLE = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'mksh']);

/** Whether a named shell is one whose language is read here, by its plain name or in its usual place. */
export function isReadableShell(text: string): boolean {
  return /^(\/(usr\/(local\/)?)?bin\/|\/opt\/homebrew\/bin\/)?[a-z]+$/.test(text) && READABLE.has(programName(text));
}

export type FactsOf = (subject: Subject) => ShellFacts;
