import { existsSync } from 'node:fs';
import { BoundedDetector, type DetectorOptions } from '../../backends/detectors/bounded-detector.ts';
import { DetectorTally } from '../../backends/detectors/detector-tally.ts';
import { HTTP_AT_ONCE, HttpScorer } from '../../backends/detectors/http-scorer.ts';
import { OnnxScorer } from '../../backends/detectors/onnx/onnx-scorer.ts';
import { runtimePath } from '../../backends/detectors/onnx/runtime.ts';
import type { Guardian } from '../../backends/guardian.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Detector } from '../../lib/model/detector.ts';
import {
  CHANNELS,
  type ClassifierConfig,
  type DetectorConfig,
  type InjectionConfig,
} from '../../lib/model/inspection.ts';
import type { Log } from '../../lib/model/log.ts';

export interface DetectorsGround {
  readonly log: Log;
  readonly clock: Clock;
  readonly guardian: Guardian;
}

/** Where a part of a config stands, as `readConfig` tells it. */
export type PlaceOf = (rule: string, source: string) => string;

/** Calls that have begun keep the policy they began with, so what it asks stays open for this long behind a reload. */
const LINGER_MS = 60_000;

/** What judges texts besides us, by the config in force: each is opened once, however often the config is read again. */
export class Detectors {
  readonly #ground: DetectorsGround;
  readonly #open = new Map<string, Detector>();
  readonly #lingering = new Map<string, NodeJS.Timeout>();

  constructor(ground: DetectorsGround) {
    this.#ground = ground;
  }

  /** Those a config names; throws a `ConfigError` for what cannot be opened. No process starts and nobody is asked. */
  of(config: InjectionConfig, place: PlaceOf): readonly Detector[] {
    const { detectors, classifier } = config;
    const names = namesOf(detectors);
    const files = classifier && modelFiles(classifier, place);
    const all = detectors.map((one, index) => this.#known(keyOf(one), () => this.#http(one, names[index]!)));
    if (classifier === undefined) return all;
    return [...all, this.#known(keyOf(classifier), () => this.#onnx(classifier, files!))];
  }

  /** `used` are those of the policy in force; others are closed after a while. */
  keep(used: readonly Detector[]): void {
    for (const [key, detector] of this.#open) {
      const timer = this.#lingering.get(key);
      if (used.includes(detector)) {
        clearTimeout(timer);
        this.#lingering.delete(key);
      } else if (timer === undefined) {
        this.#lingering.set(key, setTimeout(() => this.#forget(key, detector), LINGER_MS).unref());
      }
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    await Promise.all([...this.#open.values()].map((detector) => detector.close()));
    this.#open.clear();
  }

  #known(key: string, open: () => Detector): Detector {
    const known = this.#open.get(key) ?? open();
    this.#open.set(key, known);
    return known;
  }

  #forget(key: string, detector: Detector): void {
    this.#open.delete(key);
    this.#lingering.delete(key);
    void detector.close();
  }

  #http(config: DetectorConfig, name: string): Detector {
    return new BoundedDetector(new HttpScorer(config), {
      ...this.#bounds(name, config),
      channels: config.channels,
      atOnce: HTTP_AT_ONCE,
    });
  }

  #onnx(config: ClassifierConfig, files: ConstructorParameters<typeof OnnxScorer>[0]): Detector {
    return new BoundedDetector(new OnnxScorer(files, config.timeoutMs, this.#ground.guardian), {
      ...this.#bounds('classifier', config),
      channels: CHANNELS,
      atOnce: 1,
    });
  }

  #bounds(
    name: string,
    { timeoutMs, onError }: Pick<DetectorConfig, 'timeoutMs' | 'onError'>,
  ): Omit<DetectorOptions, 'channels' | 'atOnce'> {
    const { log, clock } = this.#ground;
    return { name, timeoutMs, onError, clock, tally: new DetectorTally(name, log, clock) };
  }
}

/** Lines above it in its file do not make it another one. */
function keyOf({ rule, source, ...config }: DetectorConfig | ClassifierConfig): string {
  return JSON.stringify(config);
}

/** The host of each, with a number behind it where one stands twice. */
function namesOf(detectors: readonly DetectorConfig[]): string[] {
  const hosts = detectors.map(({ url }) => new URL(url).host);
  return hosts.map((host, index) => {
    const before = hosts.slice(0, index).filter((other) => other === host).length;
    return before === 0 ? host : `${host}#${before + 1}`;
  });
}

/** What a model is run from. Only that it is there is looked at: what is in it is seen by the process that loads it. */
export function modelFiles({ model, tokenizer, folder, rule, source }: ClassifierConfig, place: PlaceOf) {
  for (const [key, path] of [
    ['model', model],
    ['tokenizer', tokenizer],
  ] as const) {
    if (!existsSync(path)) throw fault(`${rule}.${key}: "${path}" is not there`, place(rule, source));
  }
  const runtime = runtimePath(folder, model);
  if (typeof runtime !== 'string') throw fault(runtime.message, place(rule, source), runtime.help);
  return { model, tokenizer, runtime };
}

function fault(message: string, where: string, help?: string): ConfigError {
  return new ConfigError([{ code: 'SP1024', severity: 'error', message, where, help }]);
}
