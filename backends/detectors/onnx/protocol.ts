/** What is asked of the process that runs the model: one JSON object a line on its input. */
export interface Asked {
  readonly id: number;
  /** Parts of one text, the most important first. */
  readonly parts: readonly string[];
}

/** What it answers, one JSON object a line on its output; a fault without an id is one of loading, and its last word. */
export type Answered =
  | { readonly ready: true }
  | { readonly id: number; readonly score: number }
  | { readonly id?: number; readonly fault: string };

/** What it is started with, as its only argument, in JSON. */
export interface ModelFiles {
  readonly model: string;
  readonly tokenizer: string;
  /** Path of the module `onnxruntime-node`. */
  readonly runtime: string;
}

/** Windows of one text that are looked at, and parts they are taken from. */
export const MOST_WINDOWS = 4;
/** Tokens of one window, the special ones included. */
export const MOST_TOKENS = 128;
/** Characters of a part: about as many as make a window of English text. */
export const PART_CHARACTERS = 600;
