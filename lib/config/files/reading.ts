import type { RawConfig } from '../schema/schema.ts';
import { type KeyPath, showPath, valueAt } from './key-path.ts';
import type { Source } from './source.ts';

/** One config file that passed the schema. Later layers may only tighten earlier ones. */
export interface Layer {
  readonly source: Source;
  readonly config: RawConfig;
}

/** A setting in force, for `config show`. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
  /** `file:line`, a flag, or which default. */
  readonly origin: string;
}

/** Where a key of one backend stands in a layer; undefined when the layer does not speak of it. */
export type PlaceOf = (...keys: string[]) => (layer: Layer) => KeyPath | undefined;

/** Where the layers of a value are not to be read at its own path alone. */
export interface Otherwise<T> {
  /** The path in a layer where it differs: backends stand at different places in different files. */
  readonly at?: ((layer: Layer) => KeyPath | undefined) | undefined;
  /** What a layer means by leaving the value out. */
  readonly implied?: ((layer: Layer) => T | undefined) | undefined;
}

/** Takes values out of the layers and notes where each came from. */
export class Reading {
  readonly settings: Setting[] = [];
  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    this.layers = layers;
  }

  /**
   * The value at `path`; `stricter` chooses between layers (the later one, unless told otherwise).
   */
  value<T>(
    path: KeyPath,
    fallback: T,
    origin: string,
    stricter: (earlier: T, later: T) => T = (_earlier, later) => later,
    { at = () => path, implied = () => undefined }: Otherwise<T> = {},
  ): T {
    let found: { value: T; origin: string } | undefined;
    for (const layer of this.layers) {
      const own = at(layer);
      const value = (own && (valueAt(layer.config, own) as T | undefined)) ?? implied(layer);
      if (value === undefined) continue;
      // What an untrusted file says is no looser than the default either.
      const standing = found?.value ?? (layer.source.untrusted === true ? fallback : undefined);
      const chosen = standing === undefined ? value : stricter(standing, value);
      if (found === undefined || chosen !== found.value)
        found = { value: chosen, origin: lineOf(layer.source.where(own ?? path)) };
    }
    found ??= { value: fallback, origin };
    this.note(path, found.value, found.origin);
    return found.value;
  }

  /** Whether any layer has a value there. */
  says(at: (layer: Layer) => KeyPath | undefined): boolean {
    return this.layers.some((layer) => {
      const own = at(layer);
      return own !== undefined && valueAt(layer.config, own) !== undefined;
    });
  }

  /** The layer of an administrator, when there is one. */
  get managed(): Layer | undefined {
    return this.layers.find(({ source }) => source.managed);
  }

  /** Whether `layer` is an administrator's that asks for the strict profile, which others cannot loosen. */
  isManagedStrict({ source, config }: Layer): boolean {
    return source.managed && config.profile === 'strict';
  }

  /** Whether `layer` came with a project nobody has said to trust. */
  isUntrusted({ source }: Layer): boolean {
    return source.untrusted === true;
  }

  /** A managed file says that denials bind unless it says that they do not: nobody else can switch them off. */
  managedEnforces(backend?: string): boolean {
    const config = this.managed?.config;
    const own = config?.backends?.find(({ name }) => name === backend)?.enforce;
    return config !== undefined && (own ?? config.enforce ?? true);
  }

  note(path: KeyPath, value: unknown, origin: string): void {
    this.settings.push({ path: showPath(path), value, origin });
  }
}

/** `file:line` of `file:line:column`. */
export function lineOf(where: string): string {
  return where.replace(/:\d+$/, '');
}
