import { createHash } from 'node:crypto';
import type { Resource } from '../model/call.ts';
import { byCodeUnits } from '../registry/canonical.ts';
import { JsonFault, type Node, readJson } from '../registry/json-text.ts';
import type { Payload } from '../wire/payload.ts';

/**
 * What each request carries anew, and what belongs to how it is carried: no part of what is agreed to. Answers to a server
 * are one: a client can bring some with a call nobody has asked anything about.
 */
export const NOT_OF_THE_CALL: ReadonlySet<string> = new Set(['_meta', 'requestState']);

/**
 * Hex SHA-256 over what is asked of a backend: method, resource and parameters. How JSON is laid out, in which order its keys
 * stand and how texts are escaped makes no difference; numbers are compared as they are written, so that 1.0 is not 1.
 */
export function callDigest(action: string, { backend, type, id }: Resource, params: Payload | undefined): string {
  const about = JSON.stringify([action, backend, type, id]);
  return createHash('sha256').update(about).update('\0').update(formOf(params)).digest('hex');
}

/** Whether all readers find the same in it: of a member that stands twice each takes the one it likes. */
export function isReadOneWay(params: Payload | undefined): boolean {
  try {
    if (params !== undefined) readJson(params.text());
    return true;
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

function formOf(params: Payload | undefined): string {
  if (params === undefined) return 'none';
  const text = params.text();
  try {
    const node = readJson(text);
    return `json ${written(node.kind === 'object' ? withoutCarriage(node) : node)}`;
  } catch (error) {
    // What cannot be read without doubt, half a character for example, is the same only byte for byte.
    if (error instanceof JsonFault) return `bytes ${text}`;
    throw error;
  }
}

function withoutCarriage(node: Node & { kind: 'object' }): Node {
  return { ...node, members: new Map([...node.members].filter(([key]) => !NOT_OF_THE_CALL.has(key))) };
}

function written(node: Node): string {
  switch (node.kind) {
    case 'object': {
      const keys = [...node.members.keys()].sort(byCodeUnits);
      return `{${keys.map((key) => `${JSON.stringify(key)}:${written(node.members.get(key)!.value)}`).join(',')}}`;
    }
    case 'array':
      return `[${node.elements.map(written).join(',')}]`;
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.raw;
    default:
      return String(node.value);
  }
}
