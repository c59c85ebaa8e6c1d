import type { Pattern } from './lists.ts';
import type { Place } from './rules.ts';

/** Where a text comes from, since each has a threshold of its own: what is asked, what is answered, what a server says of itself. */
export type Channel = 'args' | 'result' | 'description';

export const CHANNELS: readonly Channel[] = ['args', 'result', 'description'];

/** What becomes of a text that scores too high, from the loosest on. */
export type InjectionAction = 'log' | 'flag' | 'redact' | 'block';

/** What becomes of a secret, from the loosest on. */
export type SecretAction = 'off' | 'flag' | 'redact' | 'block';

/** Another judge of texts, reached by HTTP. */
export interface DetectorConfig extends Place {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What its failure means: that it has nothing to say, or that the text is refused. */
  readonly onError: 'ignore' | 'deny';
  readonly channels: readonly Channel[];
}

/** A model of the operator's own, run in a process beside. */
export interface ClassifierConfig extends Place {
  /** Path of an ONNX file. */
  readonly model: string;
  /** Path of its `tokenizer.json`. */
  readonly tokenizer: string;
  /** Folder of the file that names it; what it needs is looked for from there on. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly onError: 'ignore' | 'deny';
}

/** A text somebody has looked at and found harmless. */
export interface AllowedText extends Place {
  /** SHA-256 of the span as it was found, hexadecimal. */
  readonly sha256: string;
  readonly reason: string;
}

export interface InjectionConfig {
  readonly channels: readonly Channel[];
  /** From 0 to 1: a text that scores as much is acted on. */
  readonly blockThreshold: number;
  readonly actions: Readonly<Record<Channel, InjectionAction>>;
  readonly customPatterns: readonly Pattern[];
  readonly allow: readonly AllowedText[];
  readonly detectors: readonly DetectorConfig[];
  readonly classifier: ClassifierConfig | undefined;
}

export interface SecretsConfig {
  /** Of what is asked and of what is answered; undefined where the profile decides by what the tool does. */
  readonly request: SecretAction | undefined;
  readonly response: SecretAction | undefined;
  /** Whether texts count that only look random. */
  readonly entropy: boolean;
  /** Values that are no secrets. */
  readonly allow: readonly string[];
  /** Whether a placeholder goes back as what it stands for, to the tool and the place it came from. */
  readonly restore: boolean;
  /** Personal data, in traffic. */
  readonly personal: SecretAction;
}

export interface RenderingConfig {
  /** Escape sequences and characters that are not seen, in results. */
  readonly hidden: 'strip' | 'flag' | 'off';
  /** Images and links that carry data away when they are shown. */
  readonly links: 'strip' | 'flag' | 'off';
}

/** What is looked for in what flows through. */
export interface InspectionConfig {
  readonly injection: InjectionConfig;
  readonly secrets: SecretsConfig;
  readonly rendering: RenderingConfig;
}
