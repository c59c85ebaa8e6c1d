import { createHash } from 'node:crypto';
import type { Mask } from '../model/mask.ts';
import { escapeActing, escaped } from '../model/printable.ts';
import { JsonFault, type Node, readJson } from '../registry/json-text.ts';
import type { Payload } from '../wire/payload.ts';
import { NOT_OF_THE_CALL } from './digest.ts';
import { withLookAlikesShown } from './look-alikes.ts';

/** A call as a person reads it before they answer. */
export interface Rendered {
  /** One line each, JSON with everything escaped that would not show as itself. */
  readonly lines: readonly string[];
  /** Whether the lines show all of it. */
  readonly isWhole: boolean;
}

const LONGEST_VALUE = 400;
const HEAD = 200;
const TAIL = 100;
const MOST_LINES = 40;
const LONGEST_KEY = 100;
/** Characters in all beyond which a form would no longer be read. */
const MOST_CHARACTERS = 6000;
/** Bytes beyond which nothing is laid out: a person would not read it, and it would cost time. */
const MOST_BYTES = 1024 * 1024;
/** What stands before the name of a member that is sent along with the arguments of a tool. */
const BESIDE = 'beside the arguments, ';
const PLAIN_NAME = /^[A-Za-z0-9_$@.-]+$/;
/** Spaces that look like the usual one or like none, which would hide where a value ends. */
const ODD_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800]/g;

/** What is shown of the parameters of a call: of a tool its arguments, of all else everything that is asked. */
export function rendered(action: string, params: Payload | undefined, mask: Mask): Rendered {
  if (params === undefined) return { lines: [], isWhole: true };
  if (params.size > MOST_BYTES) return { lines: [cutOff(params.text(), mask)], isWhole: false };
  try {
    return membersOf(action, readJson(params.text()), mask);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { lines: [cutOff(params.text(), mask)], isWhole: false };
  }
}

function membersOf(action: string, node: Node, mask: Mask): Rendered {
  const shown = [...shownMembers(action, node)];
  const lines: string[] = [];
  let isWhole = true;
  let characters = 0;
  for (const { key, value, isBeside } of shown) {
    const text = plain(textOf(value, mask, key));
    const name = `${isBeside ? BESIDE : ''}${nameOf(mask(key))}`;
    if (text.length > LONGEST_VALUE || name.length > LONGEST_KEY) isWhole = false;
    const line = `${shortened(name, LONGEST_KEY)}: ${shortened(text, LONGEST_VALUE)}`;
    characters += line.length;
    if (lines.length >= MOST_LINES || characters > MOST_CHARACTERS) {
      const more = `… and ${shown.length - lines.length} more, sha256 ${digestOf(textOf(node, mask))}`;
      return { lines: [...lines, more], isWhole: false };
    }
    lines.push(line);
  }
  return { lines, isWhole };
}

interface ShownMember {
  readonly key: string;
  readonly value: Node;
  /** It is sent along with the arguments of a tool, and is none of them. */
  readonly isBeside: boolean;
}

/** The arguments of a tool, and what else is sent along; its name stands in the resource. */
function* shownMembers(action: string, node: Node): Generator<ShownMember> {
  if (node.kind !== 'object') return yield { key: 'params', value: node, isBeside: false };
  const isTool = action === 'tools/call';
  for (const [key, { value }] of node.members) {
    if (NOT_OF_THE_CALL.has(key) || (isTool && key === 'name')) continue;
    if (isTool && key === 'arguments' && value.kind === 'object') {
      for (const [name, argument] of value.members) yield { key: name, value: argument.value, isBeside: false };
    } else yield { key, value, isBeside: isTool };
  }
}

/** A name in quotes where it is more than a word, so that none looks like a name and part of its value. */
function nameOf(key: string): string {
  const quoted = plain(JSON.stringify(key));
  return PLAIN_NAME.test(key) ? quoted.slice(1, -1) : quoted;
}

/** The value as JSON without space; secrets are gone before anything is cut, so that no half of one is shown. */
function textOf(node: Node, mask: Mask, name?: string): string {
  switch (node.kind) {
    case 'object': {
      const members = [...node.members].map(
        ([key, { value }]) => `${JSON.stringify(mask(key))}: ${textOf(value, mask, key)}`,
      );
      return `{${members.join(', ')}}`;
    }
    case 'array':
      return `[${node.elements.map((element) => textOf(element, mask)).join(', ')}]`;
    case 'string':
      return JSON.stringify(mask(node.value, name));
    case 'number': {
      const masked = mask(node.raw, name);
      return masked === node.raw ? node.raw : JSON.stringify(masked);
    }
    default:
      return String(node.value);
  }
}

function cutOff(text: string, mask: Mask): string {
  return shortened(plain(JSON.stringify(mask(text))), LONGEST_VALUE);
}

/** A text that is too long for a line: how it begins and ends, how long it is, and what tells it from others like it. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const [head, tail] = most < HEAD ? [most / 2, 0] : [HEAD, TAIL];
  const end = tail === 0 ? '' : text.slice(-tail);
  return `${text.slice(0, head)} … ${end} (${text.length} characters, sha256 ${digestOf(text)})`;
}

/** One line of text in which nothing acts, every space is one, and nothing looks like what it is not. */
export function plain(text: string): string {
  return withLookAlikesShown(escapeActing(text).replace(ODD_SPACES, escaped));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
