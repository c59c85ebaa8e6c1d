import type { Channel } from '../model/inspection.ts';
import type { Findings } from './findings.ts';
import { isLabel } from './joined.ts';
import type { Pieces } from './pieces.ts';
import type { TextReader } from './reading.ts';
import { endAfter, TAIL, textJoint } from './tails.ts';

/** Where texts stand of which a client shows nothing but these, one after the other. */
const SHOWN = /^\/(?:result\/)?(?:content|contents|messages)\//;

/**
 * Looks for what begins in the text of one block and ends in that of another, with values between them that no client shows:
 * laid end to end with these, it would be kept apart. All texts from the first to the last of them are found.
 */
export function readBlocks({ list }: Pieces, channel: Channel, findings: Findings, reader: TextReader): void {
  let before = '';
  let first = -1;
  let name = '';
  let between = 0;
  for (const [index, { text, isKey }] of list.entries()) {
    if (isKey) {
      name = text;
      continue;
    }
    if (name === 'text') {
      if (between > 0 && first !== -1 && SHOWN.test(list[index]!.at)) across(before, text, first, index);
      if (first === -1 || text.length >= TAIL) first = index;
      before = endAfter(before, text.slice(-TAIL));
      between = 0;
    } else if (!isLabel(name, text)) between++;
    name = '';
  }

  function across(end: string, begin: string, from: number, to: number): void {
    for (const { text, border } of textJoint(end, begin)) {
      const mayFind = reader.across(text, channel, border, ({ id, category, severity }) => {
        const hit = { rule: id, category, severity, view: 'plain', piece: -1, start: from, end: to + 1 } as const;
        findings.hit(hit, () => false);
      });
      if (!mayFind) return;
    }
  }
}
