import type { Payload } from '../wire/payload.ts';
import { children } from '../wire/walk.ts';

/** Where `_meta.progressToken` stands in `params`, and its raw JSON. */
export function progressTokenOf(params: Payload): { start: number; end: number; raw: string } | undefined {
  const at = params.span('_meta')?.start;
  if (at === undefined) return undefined;
  const meta = params.member('_meta')!.bytes();
  const token = children(meta).find(({ key }) => key === 'progressToken');
  if (token === undefined) return undefined;
  return { start: at + token.start, end: at + token.end, raw: meta.toString('utf8', token.start, token.end) };
}
