import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Automaton, madeOf } from '../../lib/inspect/automaton.ts';
import { madeOf as classesMadeOf, filledClasses } from '../../lib/inspect/linear/word-classes.ts';
import { toPrepared } from '../../lib/inspect/prepared.ts';
import { literalsOf, type RuleData } from '../../lib/inspect/rule-set.ts';
import { keywordsOf, shippedEntries } from '../../lib/inspect/secrets/rule-set.ts';
import { SMALL_LETTERS } from '../../lib/inspect/secrets/words.ts';
import { asciiSymbols, wideSymbols } from '../../lib/inspect/symbols.ts';

/** Makes the tables that are read at a start (`lib/inspect/prepared.ts`), always anew: the code that makes them may be another. */
export function writePrepared(folder: string): void {
  const rules = JSON.parse(readFileSync(join(folder, 'injection-rules.json'), 'utf8')) as RuleData;
  const { ascii, wide } = literalsOf(rules);
  const texts = (called: RuleData['literals']) => called.map(([text]) => text);
  const squashed = rules.squashed.map(([phrase]) => phrase);
  const automata: readonly (readonly [string, readonly string[], Uint16Array])[] = [
    ['literals-ascii', texts(ascii), asciiSymbols()],
    ['literals-wide', texts(wide), wideSymbols()],
    ['squashed', squashed, asciiSymbols()],
    ['keywords-of-secrets', keywordsOf(shippedEntries()), SMALL_LETTERS],
  ];
  for (const [name, literals, symbols] of automata) {
    const packed = new Automaton(literals, symbols).packed();
    writeFileSync(join(folder, `${name}.bin`), toPrepared(packed, madeOf(literals, symbols)));
  }
  const classes = new Uint8Array(filledClasses().buffer);
  writeFileSync(join(folder, 'word-classes.bin'), toPrepared(classes, classesMadeOf()));
}
