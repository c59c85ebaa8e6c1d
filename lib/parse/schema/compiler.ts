import { asObject, type Json } from '../../model/json.ts';
import { arrayJudges } from './arrays.ts';
import { combinedJudges } from './combined.ts';
import { type Judge, type Judges, newSeen, type PatternCompiler } from './judging.ts';
import { objectJudges } from './objects.ts';
import type { Outline } from './outline.ts';
import { valueJudges } from './scalars.ts';

const ANYTHING: Judge = () => true;
const NOTHING: Judge = (_value, spot, run) => run.fails(spot, () => 'must not be there');

/** Turns each subschema into a judge, once and only when something is judged by it. */
export class Compiler implements Judges {
  readonly outline: Outline;
  readonly patterns: PatternCompiler | undefined;
  readonly notes: string[] = [];
  readonly #judges = new Map<Json, Judge>();

  constructor(outline: Outline, patterns: PatternCompiler | undefined) {
    this.outline = outline;
    this.patterns = patterns;
  }

  /** The judge of a subschema; whatever is no schema lets everything pass. */
  judge(schema: unknown): Judge {
    if (schema === false) return NOTHING;
    const object = asObject(schema);
    if (object === undefined) return ANYTHING;
    const known = this.#judges.get(object);
    if (known !== undefined) return known;
    let compiled: Judge | undefined;
    const judge: Judge = (value, spot, run, seen) => {
      compiled ??= this.#compile(object);
      run.enter();
      const fits = compiled(value, spot, run, seen);
      run.leave();
      return fits;
    };
    this.#judges.set(object, judge);
    return judge;
  }

  note(text: string): undefined {
    if (!this.notes.includes(text)) this.notes.push(text);
    return undefined;
  }

  #compile(schema: Json): Judge {
    if (this.outline.refAlone && schema.$ref !== undefined) return this.judge(this.outline.target(schema, '$ref'));
    const judges = [
      ...valueJudges(schema, this),
      ...combinedJudges(schema, this),
      ...objectJudges(schema, this),
      ...arrayJudges(schema, this),
    ];
    const { tracks } = this.outline;
    return (value, spot, run, seen) => {
      const noted = tracks ? (seen ?? newSeen()) : undefined;
      for (const judge of judges) if (!judge(value, spot, run, noted)) return false;
      return true;
    };
  }
}
