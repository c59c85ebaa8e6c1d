import { CustomPatterns } from '../../lib/checks/injection/custom-patterns.ts';
import { type Examined, roundedScore } from '../../lib/checks/injection/examined.ts';
import { Examiner } from '../../lib/checks/injection/examiner.ts';
import { ourInspector } from '../../lib/checks/injection/our-inspector.ts';
import type { Hit } from '../../lib/inspect/assessment.ts';
import type { InjectionConfig } from '../../lib/model/inspection.ts';
import type { Suspicion } from '../../lib/registry/definition-findings.ts';
import { type Instructs, readsAsOrder } from '../../lib/registry/instructs.ts';
import type { OfferedItem } from '../../lib/registry/offered.ts';
import { sentenceAt, sentencesOf } from '../../lib/registry/sentences.ts';
import { Payload } from '../../lib/wire/payload.ts';

/** Scores that 0.3 % and 0.1 % of harmless texts reach. */
const SUSPECT = 0.35;
const GRAVE = 0.6;
const MOST_SENTENCES = 200;

/** Says of definitions what the gateway would find in them. */
export interface DefinitionJudge {
  suspicionOf(item: OfferedItem): Promise<Suspicion | undefined>;
  readonly instructs: Instructs;
}

/**
 * The judge that is built in, with the patterns and the allowed spans of the config, whether inspection is switched on
 * or not: a person looks. Detectors are not asked, since looking sends nothing anywhere.
 */
export async function definitionJudge(config: InjectionConfig): Promise<DefinitionJudge> {
  const [inspector, patterns] = await Promise.all([ourInspector(), CustomPatterns.of(config.customPatterns)]);
  const examiner = new Examiner({ inspector, patterns, detectors: [], config });
  const least = Math.min(config.blockThreshold, SUSPECT);
  const scoreOf = (text: string) => examiner.examineNow(Payload.of(JSON.stringify(text)), 'description').score;
  return {
    suspicionOf: async ({ text }) =>
      suspicionIn(await examiner.examine(Payload.of(text), 'description'), least, scoreOf),
    instructs: (sentence) => {
      if (readsAsOrder(sentence)) return true;
      const { structural, score } = examiner.examineNow(Payload.of(JSON.stringify(sentence)), 'description');
      return structural.length > 0 || score >= least;
    },
  };
}

function suspicionIn(examined: Examined, least: number, scoreOf: (text: string) => number): Suspicion | undefined {
  const { structural, hits, score, unseen } = examined;
  const [hidden] = structural;
  if (hidden !== undefined) return suspicion(hidden.rule, hidden.severity, true, sentenceOf(hidden, examined));
  if (score >= least) {
    // A rule says which words it found, the model only that there are some.
    const gravest = hits.find(({ rule }) => rule !== 'model') ?? hits[0];
    const named = gravest === undefined || gravest.rule === 'model' ? 'words of instructions' : gravest.rule;
    const severity = score >= GRAVE ? 'high' : 'medium';
    const sentence = worstSentence(examined, gravest, scoreOf);
    return suspicion(`${named}, score ${roundedScore(examined)}`, severity, false, sentence);
  }
  if (unseen !== undefined) return suspicion(`something it could not read: ${unseen}`, 'medium', false, '');
  return undefined;
}

function suspicion(what: string, severity: Suspicion['severity'], structural: boolean, sentence: string): Suspicion {
  return { what, severity, structural, sentence };
}

/** The model marks a stretch of words, so each sentence of that text is asked for alone. */
function worstSentence(examined: Examined, hit: Hit | undefined, scoreOf: (text: string) => number): string {
  const text = examined.pieces[hit?.piece ?? -1]?.text;
  if (text === undefined || hit?.rule !== 'model') return sentenceOf(hit, examined);
  const scored = sentencesOf(text)
    .slice(0, MOST_SENTENCES)
    .map((sentence) => ({ sentence, score: scoreOf(sentence) }));
  return scored.sort((a, b) => b.score - a.score)[0]?.sentence ?? '';
}

/** The sentence a hit begins in; of none, the start of the longest text. */
function sentenceOf(hit: Hit | undefined, { pieces }: Examined): string {
  if (hit !== undefined) {
    const found = pieces[hit.piece === -1 ? hit.start : hit.piece];
    if (found !== undefined) return sentenceAt(found.text, hit.piece === -1 ? 0 : hit.start);
  }
  const longest = pieces.reduce((most, { text }) => (text.length > most.length ? text : most), '');
  return sentenceAt(longest, 0);
}
