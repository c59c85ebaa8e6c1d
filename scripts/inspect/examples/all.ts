import type { Sample } from '../corpus.ts';
import { CARRIERS } from './carriers.ts';
import { CHARACTERS } from './characters.ts';
import { ERRANDS, HARMLESS_OWN } from './errands.ts';
import { GOALS } from './goals.ts';
import { numbersFrom, oneOf, type Phrases, said } from './grammar.ts';
import { HARMLESS_REQUESTS } from './harmless-asked.ts';
import { HARMLESS_DESCRIPTIONS } from './harmless-described.ts';
import { HARMLESS_RULES } from './harmless-rules.ts';
import { HARMLESS_SCENES } from './harmless-scenes.ts';
import { HARMLESS_SECURITY } from './harmless-security.ts';
import { HARMLESS_DATA } from './harmless-told.ts';
import { HIJACKS } from './hijacks.ts';
import { INDIRECT } from './indirect.ts';
import { foreignAttack, foreignHarmless } from './languages.ts';
import { LEAKS } from './leaks.ts';
import { OVERRIDES } from './overrides.ts';
import { PERSONAS } from './personas.ts';
import { POISON } from './poison.ts';
import { SLOTS } from './slots.ts';

const SHARED: Phrases = { ...SLOTS, ...GOALS, ...OVERRIDES, ...LEAKS, ...PERSONAS, ...CHARACTERS, ...CARRIERS };
const ATTACKS: Phrases = {
  ...SHARED,
  ...INDIRECT,
  ...POISON,
  ...ERRANDS,
  ...HIJACKS,
  note: [
    '{indirect}',
    '{indirect}',
    '{indirect}',
    '{goalIn}',
    '{goalIn}',
    '{pretext} {goalIn}',
    '{errand}.',
    '{errand}.',
  ],
};
const CALM: Phrases = {
  ...SHARED,
  ...INDIRECT,
  ...POISON,
  ...HARMLESS_REQUESTS,
  ...HARMLESS_SCENES,
  ...HARMLESS_DATA,
  ...HARMLESS_RULES,
  ...HARMLESS_DESCRIPTIONS,
  ...HARMLESS_OWN,
  ...HARMLESS_SECURITY,
  note: [...HARMLESS_DATA.note!, '{mine}', '{mine} {prose}'],
};

const PLAN: [count: number, channel: string, kind: string, isAttack: boolean, template: string][] = [
  [500, 'args', 'override', true, '{override}'],
  [250, 'args', 'leak', true, '{leak}'],
  [300, 'args', 'persona', true, '{persona}'],
  [500, 'args', 'persona', true, '{character}'],
  [400, 'args', 'hijack', true, '{hijack}'],
  [900, 'result', 'indirect', true, '{host}'],
  [100, 'result', 'hijack', true, '{carryAway}'],
  [300, 'result', 'indirect', true, '{indirect}'],
  [450, 'description', 'poison', true, '{poison}'],
  [1200, 'args', 'asked', false, '{asked}'],
  [1500, 'result', 'told', false, '{told}'],
  [700, 'description', 'described', false, '{described}'],
  [400, 'result', 'about', false, '{security}'],
  [150, 'description', 'title', false, '{title}'],
  [50, 'result', 'title', false, '{title}'],
];

/** How many of each of the above are made. */
const TIMES = 2;

/** Our own examples: made from templates, the same every time. */
export function ownSamples(seed = 20): Sample[] {
  const random = numbersFrom(seed);
  const samples: Sample[] = [];
  const add = (channel: string, kind: string, isAttack: boolean, text: string) =>
    samples.push({
      id: `own-${samples.length}`,
      source: 'own',
      isAttack,
      channel,
      kind,
      evasion: undefined,
      lang: undefined,
      licence: 'MIT',
      text,
    });
  for (const [count, channel, kind, isAttack, template] of PLAN) {
    for (let i = 0; i < count * TIMES; i++)
      add(channel, kind, isAttack, said(template, isAttack ? ATTACKS : CALM, random));
  }
  for (let i = 0; i < 700 * TIMES; i++)
    add(oneOf(['args', 'result', 'description'], random), 'foreign', true, foreignAttack(random));
  for (let i = 0; i < 500 * TIMES; i++)
    add(oneOf(['args', 'result', 'description'], random), 'foreign', false, foreignHarmless(random));
  return samples;
}
