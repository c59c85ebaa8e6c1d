import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { OnnxScorer } from '../../../backends/detectors/onnx/onnx-scorer.ts';
import type { ModelFiles } from '../../../backends/detectors/onnx/protocol.ts';
import { Guardian } from '../../../backends/guardian.ts';
import { endWith, temporaryFolder } from '../folder.ts';
import { onnxClassifier } from './onnx-model.ts';

/** What the models of these tests know; the place of a word is its id. */
export const WORDS = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'a',
  'hello',
  'ignore',
  'previous',
  'hang',
  'crash',
  'nothing',
];

/** Values of both classes for each word: what is harmless, what is not. */
const VALUES: Readonly<Record<string, readonly [number, number]>> = { ignore: [-4, 2], previous: [-4, 4] };

/** `tokenizer.json` of a model of the BERT kind, which cuts words into pieces. */
export const TOKENIZER = {
  version: '1.0',
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
  },
};

/**
 * Stands in for `onnxruntime-node` where that is not installed: the same surface, and a model that is a table of words.
 * `hang` keeps the thread for ever as native code can, `crash` ends the process as a fault in native code does,
 * `nothing` gives no numbers.
 */
const STAND_IN = `
const { readFileSync } = require('node:fs');
class Tensor { constructor(type, data, dims) { this.type = type; this.data = data; this.dims = dims; } }
class InferenceSession {
  static async create(path) {
    const table = JSON.parse(readFileSync(path, 'utf8'));
    console.log('a runtime that says something of its own');
    return Object.assign(new InferenceSession(), { table, inputNames: table.inputs, outputNames: ['logits'] });
  }
  async run(feeds) {
    const { dims, data } = feeds.input_ids;
    if (dims[0] !== 1 || dims[1] !== data.length || data.length > 128) throw new Error('not one window');
    if (this.inputNames.some((name) => feeds[name].data.length !== data.length)) throw new Error('inputs differ');
    const words = [...data].map((id) => this.table.words[Number(id)]);
    if (words[0] !== '[CLS]' || words.at(-1) !== '[SEP]') throw new Error('no special tokens');
    if (words.includes('hang')) for (;;);
    if (words.includes('crash')) process.kill(process.pid, 'SIGSEGV');
    if (words.includes('nothing')) return { logits: { data: Float32Array.from([NaN, NaN]) } };
    const most = [0, 1].map((k) => Math.max(...words.map((word) => (this.table.values[word] ?? [0, 0])[k])));
    return { logits: { data: Float32Array.from(most) } };
  }
}
module.exports = { Tensor, InferenceSession };
`;

export interface ClassifierOptions {
  /** Folder with a real \`onnxruntime-node\` in its \`node_modules\`; undefined for what stands in for it. */
  readonly runtime?: string | undefined;
  readonly inputs?: readonly string[];
  readonly timeoutMs?: number;
}

/** The files of a classifier, in a folder made for one test. */
export function classifierFiles(
  folder: string,
  { runtime, inputs = ['input_ids', 'attention_mask'] }: ClassifierOptions = {},
): ModelFiles {
  const files = { model: join(folder, 'model.onnx'), tokenizer: join(folder, 'tokenizer.json') };
  writeFileSync(files.tokenizer, JSON.stringify(TOKENIZER));
  if (runtime !== undefined) {
    const tokens = WORDS.map((word) => ({
      logits: VALUES[word] ?? ([0, 0] as const),
      rounds: word === 'hang' ? 1e15 : 0,
    }));
    writeFileSync(files.model, onnxClassifier(tokens));
    return { ...files, runtime: join(runtime, 'node_modules', 'onnxruntime-node') };
  }
  writeFileSync(files.model, JSON.stringify({ words: WORDS, values: VALUES, inputs }));
  const installed = join(folder, 'node_modules', 'onnxruntime-node');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', main: 'index.js' }));
  writeFileSync(join(installed, 'index.js'), STAND_IN);
  return { ...files, runtime: join(installed, 'index.js') };
}

export interface ClassifierScene {
  readonly folder: string;
  readonly scorer: OnnxScorer;
  /** Value of the marker its processes carry. */
  readonly run: string;
  score(text: string, suspicious?: readonly string[]): Promise<number>;
}

export function classifierScene(t: TestContext, options: ClassifierOptions = {}): ClassifierScene {
  const folder = temporaryFolder(t);
  const run = randomUUID();
  const guardian = new Guardian(run);
  const scorer = new OnnxScorer(classifierFiles(folder, options), options.timeoutMs ?? 100, guardian);
  endWith(t, async () => {
    await scorer.close();
    await guardian.close();
  });
  const { signal } = new AbortController();
  const score = (text: string, suspicious: readonly string[] = []) =>
    scorer.score({ text, channel: 'result', suspicious, signal });
  return { folder, scorer, run, score };
}
