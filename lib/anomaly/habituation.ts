import type {
  AnomalyConfig,
  Assessment,
  CallTraits,
  Habits,
  HabitsUse,
  TellHabits,
  Unusual,
} from '../model/anomaly.ts';
import { printable } from '../model/printable.ts';
import { AccountProfile } from './account-profile.ts';
import { type Assessed, assess, replyScore } from './assessed.ts';
import type { HiddenNames } from './hidden-names.ts';
import type { Lesson } from './lesson.ts';
import { type Pace, Pacing } from './pace.ts';
import { FEATURE_INDEX, rareOf, surprisesOf } from './surprises.ts';
import { wordsOf } from './words.ts';

/** Calls that have not ended, and tools whose pace is known; of more, the oldest are forgotten. */
const MOST_OPEN = 10_000;
const MOST_PACES = 2000;
const MOST_NAME = 60;
/** What was flagged and passed is learned as often as the stated share of calls may be flagged, saved up to so many. */
const MOST_CREDIT = 5;
/** New tools and shapes that were flagged and passed, learned of one caller in a day. */
const MOST_NEW_A_DAY = 20;
const DAY_MS = 86_400_000;

/** What a gateway knows of callers. */
export interface Memory {
  account(name: string): AccountProfile | undefined;
  learn(lesson: Lesson): void;
  readonly names: HiddenNames;
}

interface Open {
  readonly assessed: Assessed;
  readonly given: Assessment;
  readonly isLearning: boolean;
  replyBytes: number | undefined;
  reply: Unusual | undefined;
}

/** How much of what was flagged may still be learned of one caller. */
interface Credit {
  amounts: number;
  day: number;
  fresh: number;
}

const NOBODY = new AccountProfile();
const USUAL: Assessment = Object.freeze({});

/** Judges calls by what is usual of their caller, and learns from those that were made. */
export class Habituation implements Habits {
  readonly #config: AnomalyConfig;
  readonly #memory: Memory;
  readonly #learns: boolean;
  readonly #tell: TellHabits;
  readonly #features: string;
  readonly #open = new Map<string, Open>();
  readonly #paces = new Map<string, Pacing>();
  readonly #credits = new Map<string, Credit>();

  constructor(config: AnomalyConfig, memory: Memory, use: HabitsUse, tell: TellHabits) {
    this.#config = config;
    this.#memory = memory;
    this.#learns = use === 'learn';
    this.#tell = tell;
    this.#features = [...config.features].sort().join(' ');
  }

  call(traits: CallTraits): Assessment {
    const known = this.#open.get(traits.id);
    if (known !== undefined) return known.given;
    const account = this.#memory.account(traits.account) ?? NOBODY;
    const pace = this.#paceOf(traits);
    const assessed = assess(traits, account, account.tools.get(traits.tool), pace, this.#memory.names);
    if (account.givesSurprises(this.#config)) assessed.surprises = surprisesOf(assessed.scores, account, this.#config);
    const learning = account.progress(this.#config, traits.atMs, this.#features);
    const unusual = learning === undefined ? this.#unusual(assessed, account, 0) : undefined;
    if (!this.#learns) return { learning, unusual };
    const given = unusual === undefined ? USUAL : { unusual };
    const isLearning = learning !== undefined;
    keep(this.#open, traits.id, { assessed, given, isLearning, replyBytes: undefined, reply: undefined }, MOST_OPEN);
    if (unusual !== undefined) this.#report(assessed, unusual);
    return given;
  }

  reply(id: string, bytes: number): Assessment {
    const open = this.#open.get(id);
    if (open === undefined || !this.#config.features.includes('bytes_in')) return USUAL;
    const { assessed, given, isLearning } = open;
    const account = this.#memory.account(assessed.traits.account) ?? NOBODY;
    open.replyBytes = bytes;
    this.#scoreReply(assessed, account, bytes);
    // What was flagged for what it asked is not flagged again for what it got.
    if (isLearning || given.unusual !== undefined) return USUAL;
    open.reply = this.#unusual(assessed, account, bytes);
    if (open.reply !== undefined) this.#report(assessed, open.reply);
    return { unusual: open.reply };
  }

  ended(id: string, made: boolean, bytes: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    if (!made || (open.reply !== undefined && this.#config.action !== 'flag')) return;
    const { assessed } = open;
    const replyBytes = open.replyBytes ?? bytes;
    const { traits, names, parts, pace, hour, scores } = assessed;
    const account = this.#memory.account(traits.account) ?? NOBODY;
    if (!account.hasRoom(traits.atMs)) return;
    if (open.replyBytes === undefined && replyBytes > 0) this.#scoreReply(assessed, account, replyBytes);
    const flagged = open.given.unusual !== undefined || open.reply !== undefined;
    const taught = flagged ? this.#allows(traits.account, traits.atMs) : 'all';
    if (!flagged && !open.isLearning) this.#earn(traits.account, traits.atMs);
    if (taught === 'nothing') return;
    const done = !open.isLearning;
    if (done && !account.learned) this.#tell('anomaly_learned', { principal: traits.account, calls: account.calls });
    const isWhole = taught === 'all';
    this.#memory.learn({
      account: traits.account,
      tool: traits.tool,
      atMs: traits.atMs,
      names,
      parts,
      amounts: isWhole ? { bytesOut: traits.bytes, bytesIn: replyBytes, pace, hour } : undefined,
      scores: isWhole && account.givesScores(this.#config) ? bounded(scores, account.tails, flagged) : undefined,
      surprises: isWhole ? placesOf(assessed, account, flagged) : undefined,
      features: this.#features,
      done,
    });
  }

  #scoreReply(assessed: Assessed, account: AccountProfile, bytes: number): void {
    const { scores, traits, surprises } = assessed;
    scores[FEATURE_INDEX.bytes_in] = replyScore(bytes, account, account.tools.get(traits.tool));
    if (surprises !== undefined) assessed.surprises = surprisesOf(scores, account, this.#config);
  }

  #unusual(assessed: Assessed, account: AccountProfile, replyBytes: number): Unusual | undefined {
    const rare = assessed.surprises && rareOf(assessed.surprises, account, this.#config);
    if (rare === undefined) return undefined;
    const { feature, places, chance } = rare;
    const words = wordsOf(feature, assessed, account, replyBytes, (name) => `"${printable(name, MOST_NAME)}"`);
    return { feature, score: places, chance, ...words };
  }

  #report({ traits }: Assessed, { feature, score, chance, usual, seen }: Unusual): void {
    const [backend, ...tool] = traits.tool.split('/');
    this.#tell('anomaly', {
      decision: traits.id,
      principal: traits.account,
      backend,
      tool: tool.join('/'),
      feature,
      score: Math.round(score * 10) / 10,
      chance: Number(chance.toPrecision(2)),
      expected: usual,
      seen,
      action: this.#config.action,
    });
  }

  #paceOf({ account, tool, atMs }: CallTraits): Pace {
    const key = JSON.stringify([account, tool]);
    const known = this.#paces.get(key) ?? new Pacing();
    if (this.#learns) keep(this.#paces, key, known, MOST_PACES);
    return known.at(atMs, this.#learns);
  }

  #creditOf(account: string, atMs: number): Credit {
    const day = Math.floor(atMs / DAY_MS);
    const credit = this.#credits.get(account) ?? { amounts: 0, day, fresh: 0 };
    if (credit.day !== day) [credit.day, credit.fresh] = [day, 0];
    keep(this.#credits, account, credit, MOST_PACES);
    return credit;
  }

  #earn(account: string, atMs: number): void {
    const credit = this.#creditOf(account, atMs);
    credit.amounts = Math.min(MOST_CREDIT, credit.amounts + this.#config.falsePositives);
  }

  #allows(account: string, atMs: number): 'all' | 'new' | 'nothing' {
    const credit = this.#creditOf(account, atMs);
    if (credit.amounts >= 1) {
      credit.amounts--;
      return 'all';
    }
    return ++credit.fresh <= MOST_NEW_A_DAY ? 'new' : 'nothing';
  }
}

function placesOf({ surprises }: Assessed, { calibrations }: AccountProfile, flagged: boolean): Lesson['surprises'] {
  if (surprises === undefined) return undefined;
  const [apart, shared] = bounded([surprises[0].places, surprises[1].places], calibrations, flagged);
  return [apart!, shared!];
}

/**
 * What was flagged moves what is usual by one step at a time, so that whatever comes again and again goes on to be flagged
 * for long, and whatever is only a little more than usual becomes so.
 */
function bounded(
  values: readonly number[],
  by: readonly { readonly most: number }[],
  flagged: boolean,
): readonly number[] {
  return flagged ? values.map((value, at) => Math.min(value, by[at]!.most)) : values;
}

/** Puts it last; of more than `most`, the first goes. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}
