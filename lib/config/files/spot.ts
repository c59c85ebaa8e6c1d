import type { Allowed, Pattern } from '../../model/lists.ts';
import type { Place, Placed } from '../../model/rules.ts';
import { type KeyPath, showPath, valueAt } from './key-path.ts';
import { type Layer, lineOf, type Reading } from './reading.ts';

/** A place in one layer of the config, from which rules are read with where they stand. */
export class Spot {
  readonly layer: Layer;
  /** Rank of the layer: 1 for the first, more for those that may only tighten it. */
  readonly rank: number;
  readonly path: KeyPath;

  constructor(layer: Layer, rank: number, path: KeyPath) {
    this.layer = layer;
    this.rank = rank;
    this.path = path;
  }

  /** The same path in every layer of a config. An untrusted one is never the first. */
  static all(reading: Reading, path: KeyPath): Spot[] {
    const first = reading.layers[0]?.source.untrusted === true ? 2 : 1;
    return reading.layers.map((layer, index) => new Spot(layer, index + first, path));
  }

  get value(): unknown {
    return valueAt(this.layer.config, this.path);
  }

  get place(): Place {
    return { rule: showPath(this.path), source: lineOf(this.layer.source.where(this.path)) };
  }

  at(...keys: (string | number)[]): Spot {
    return new Spot(this.layer, this.rank, [...this.path, ...keys]);
  }

  /** Spots of the members of a mapping or the elements of a list that stands here. */
  members(): { readonly key: string; readonly spot: Spot }[] {
    const { value } = this;
    if (typeof value !== 'object' || value === null) return [];
    const isList = Array.isArray(value);
    return Object.keys(value).map((key) => ({ key, spot: this.at(isList ? Number(key) : key) }));
  }

  placed<T>(key: string): Placed<T> | undefined {
    const spot = this.at(key);
    const value = spot.value as T | undefined;
    return value === undefined ? undefined : { value, ...spot.place };
  }

  patterns(key: string): Pattern[] {
    const spot = this.at(key);
    const texts = (spot.value ?? []) as readonly string[];
    return texts.map((glob, index) => ({ glob, ...spot.at(index).place }));
  }

  /** An allow list; undefined when there is none, which is not the same as an empty one. */
  allowed(key: string): Allowed | undefined {
    const spot = this.at(key);
    return spot.value === undefined ? undefined : { patterns: this.patterns(key), layer: this.rank, ...spot.place };
  }
}
