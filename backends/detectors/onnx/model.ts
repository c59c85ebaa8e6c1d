import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { asObject } from '../../../lib/model/json.ts';
import { MOST_TOKENS, type ModelFiles } from './protocol.ts';
import { windowsOf } from './windows.ts';

/** As much of `onnxruntime-node` as is used; it is loaded from where its operator installed it. */
interface Runtime {
  readonly Tensor: new (type: string, data: BigInt64Array | Int32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(path: string, options: Readonly<Record<string, unknown>>): Promise<Session>;
  };
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly { readonly name: string; readonly type?: string }[];
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
}

/** As much of a tokenizer as is used. */
interface Words {
  encode(text: string, options?: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
}

/** What each input a model of this kind has is given: of the ids of the tokens, their number. */
const INPUTS: Readonly<Record<string, (ids: readonly number[]) => number[]>> = {
  input_ids: (ids) => [...ids],
  attention_mask: (ids) => ids.map(() => 1),
  token_type_ids: (ids) => ids.map(() => 0),
  position_ids: (ids) => ids.map((_id, index) => index),
};
const HARMLESS = /^(?:safe|benign|legit(?:imate)?|clean|normal|harmless|negative|no[-_ ]?injection)$/i;

/** A text classifier in ONNX with its tokenizer. */
export class Model {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #tokenizer: Words;
  /** Ids that stand before and behind the tokens of every text. */
  readonly #before: readonly number[];
  readonly #behind: readonly number[];
  /** Index of the class that means harmless. */
  readonly #harmless: number;

  private constructor(runtime: Runtime, session: Session, tokenizer: Words, harmless: number) {
    this.#runtime = runtime;
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#harmless = harmless;
    const [empty, letter] = [tokenizer.encode('').ids, tokenizer.encode('a').ids];
    const differs = empty.findIndex((id, index) => letter[index] !== id);
    const cut = differs === -1 ? empty.length : differs;
    this.#before = empty.slice(0, cut);
    this.#behind = empty.slice(cut);
  }

  /** Rejects for files that are not what they should be. */
  static async load({ model, tokenizer, runtime }: ModelFiles): Promise<Model> {
    const { default: ort = undefined, ...named } = createRequire(import.meta.url)(runtime);
    const module: Runtime = ort ?? named;
    const session = await module.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const unknown = session.inputNames.filter((name) => INPUTS[name] === undefined);
    if (unknown.length > 0) throw new Error(`the model has inputs that are not known: ${unknown.join(', ')}`);
    const beside = join(dirname(tokenizer), 'tokenizer_config.json');
    const words: Words = new Tokenizer(jsonOf(tokenizer), existsSync(beside) ? jsonOf(beside) : {});
    return new Model(module, session, words, harmlessClass(join(dirname(model), 'config.json')));
  }

  /** From 0 to 1, of the worst of the windows the parts of a text make. */
  async score(parts: readonly string[]): Promise<number> {
    const room = MOST_TOKENS - this.#before.length - this.#behind.length;
    const tokens = parts.map((part) => this.#tokenizer.encode(part, { add_special_tokens: false }).ids);
    let most = 0;
    for (const ids of windowsOf(tokens, room)) most = Math.max(most, await this.#scoreOf(ids));
    return most;
  }

  async #scoreOf(tokens: readonly number[]): Promise<number> {
    const ids = [...this.#before, ...tokens, ...this.#behind];
    const feeds = Object.fromEntries(this.#session.inputNames.map((name) => [name, this.#tensor(name, ids)]));
    const outputs = await this.#session.run(feeds);
    const name = this.#session.outputNames.find((one) => one === 'logits') ?? this.#session.outputNames[0]!;
    return certainty([...(outputs[name]!.data as Iterable<number>)].map(Number), this.#harmless);
  }

  #tensor(name: string, ids: readonly number[]): unknown {
    const values = INPUTS[name]!(ids);
    const type = this.#session.inputMetadata?.find((one) => one.name === name)?.type ?? 'int64';
    const data = type === 'int32' ? Int32Array.from(values) : BigInt64Array.from(values.map(BigInt));
    return new this.#runtime.Tensor(type, data, [1, values.length]);
  }
}

/** How certain it is that a text is not harmless, from the values a model gives its classes. */
export function certainty(logits: readonly number[], harmless: number): number {
  if (logits.length === 0 || !logits.every(Number.isFinite)) throw new Error('the model answered with no numbers');
  // One value is that of the harmful class.
  if (logits.length === 1) return 1 / (1 + Math.exp(-logits[0]!));
  const most = Math.max(...logits);
  const shares = logits.map((value) => Math.exp(value - most));
  const all = shares.reduce((sum, one) => sum + one, 0);
  return 1 - (shares[harmless] ?? 0) / all;
}

/** By the names a `config.json` beside the model gives its classes; the first one where it names none as harmless. */
function harmlessClass(path: string): number {
  const labels = existsSync(path) ? asObject(asObject(jsonOf(path))?.id2label) : undefined;
  const found = Object.entries(labels ?? {}).find(([, label]) => HARMLESS.test(String(label)));
  return found === undefined ? 0 : Number(found[0]);
}

function jsonOf(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
