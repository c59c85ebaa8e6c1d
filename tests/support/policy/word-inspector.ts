import type { Inspector } from '../../../lib/checks/injection/inspector.ts';
import type { Hit } from '../../../lib/inspect/assessment.ts';
import { piecesOf } from '../../../lib/inspect/pieces.ts';

/** Words that stand for what a real judge finds, and what it would say of them. */
const WORDS: readonly { readonly word: string; readonly score: number; readonly view: string }[] = [
  { word: 'EVIL', score: 0.9, view: 'plain' },
  { word: 'MAYBE', score: 0.4, view: 'plain' },
  { word: 'VEILED', score: 0.9, view: 'base64' },
];

/** How a judge was asked so far. */
export interface Asked {
  atOnce: number;
  inSlices: number;
}

/**
 * A judge of texts that finds words: `EVIL`, `MAYBE` (a low score), `VEILED` (in a view), `HIDDEN` (structural). It throws for
 * `THROW` and says that it has not seen all for `UNSEEN`.
 */
export function wordInspector(asked: Asked = { atOnce: 0, inSlices: 0 }): Inspector {
  const assess: Inspector['assess'] = ({ list: pieces, unseen }) => {
    const hits: Hit[] = [];
    const structural: Hit[] = [];
    let score = 0;
    for (const [piece, { text }] of pieces.entries()) {
      if (text.includes('THROW')) throw new Error('the judge broke');
      for (const { word, score: worth, view } of WORDS) {
        for (const start of placesOf(text, word)) {
          score = Math.max(score, worth);
          hits.push(hitOf(word.toLowerCase(), piece, start, start + word.length, view));
        }
      }
      for (const start of placesOf(text, 'HIDDEN')) structural.push(hitOf('hidden', piece, start, start + 6, 'plain'));
    }
    return {
      score,
      hits,
      structural,
      unseen: pieces.some(({ text }) => text.includes('UNSEEN')) ? 'too deep' : unseen,
    };
  };
  return {
    pieces: piecesOf,
    assess: (pieces, channel, before) => {
      asked.atOnce++;
      return assess(pieces, channel, before);
    },
    assessInSlices: async (pieces, channel, before) => {
      asked.inSlices++;
      return assess(pieces, channel, before);
    },
  };
}

function placesOf(text: string, word: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) found.push(at);
  return found;
}

function hitOf(rule: string, piece: number, start: number, end: number, view: string): Hit {
  return { rule, category: 'test', severity: 'high', piece, start, end, view };
}
