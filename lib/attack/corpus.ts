import { asObject, type Json } from '../model/json.ts';
import { type AttackCase, type CaseKind, type Category, KINDS, SLOTS, type Slot } from './case.ts';

/** A file of the corpus that is not what it should be. */
export class CorpusError extends Error {}

const CASE_KEYS = ['name', 'value', 'slot', 'fix', 'also', 'needle', 'offered', 'approved'];

/** One file of the corpus, as parsed data: a category with its attacks and their harmless twins. */
export function categoryIn(value: unknown): Category {
  const file = asObject(value) ?? {};
  const name = text(file, 'category', 'a file');
  const kind = oneOf(KINDS, file.kind, `${name}: kind`);
  const common = { name, kind, slot: oneOf(SLOTS, file.slot, `${name}: slot`), fix: text(file, 'fix', name) };
  const cases = [
    ...list(file.attacks, name).map((one) => caseOf(one, common, false)),
    ...list(file.harmless, name).map((one) => caseOf(one, common, true)),
  ];
  const twice = cases.find(({ id }, index) => cases.findIndex((one) => one.id === id) !== index);
  if (twice !== undefined) throw new CorpusError(`${twice.id} stands twice`);
  return { name, about: text(file, 'about', name), cases };
}

function caseOf(
  raw: Json,
  common: { readonly name: string; readonly kind: CaseKind; readonly slot: Slot; readonly fix: string },
  harmless: boolean,
): AttackCase {
  const id = `${common.name}/${text(raw, 'name', common.name)}`;
  const odd = Object.keys(raw).find((key) => !CASE_KEYS.includes(key));
  if (odd !== undefined) throw new CorpusError(`${id}: unknown key "${odd}"`);
  const offered = asObject(raw.offered);
  if ((offered !== undefined) !== (common.kind === 'definition')) throw new CorpusError(`${id}: \`offered\``);
  return {
    id,
    category: common.name,
    kind: common.kind,
    slot: raw.slot === undefined ? common.slot : oneOf(SLOTS, raw.slot, `${id}: slot`),
    harmless,
    value: offered === undefined ? text(raw, 'value', id) : '',
    also: asObject(raw.also) ?? {},
    offered,
    approved: asObject(raw.approved),
    needle: typeof raw.needle === 'string' ? raw.needle : undefined,
    fix: harmless ? undefined : typeof raw.fix === 'string' ? raw.fix : common.fix,
  };
}

function list(value: unknown, where: string): Json[] {
  if (!Array.isArray(value) || value.length === 0) throw new CorpusError(`${where}: needs attacks and harmless cases`);
  return value.map((one) => asObject(one) ?? {});
}

function text(from: Json, key: string, where: string): string {
  const found = from[key];
  if (typeof found !== 'string' || found === '') throw new CorpusError(`${where}: needs \`${key}\``);
  return found;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, where: string): T {
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new CorpusError(`${where}: must be one of ${choices.join(', ')}`);
  return found;
}
