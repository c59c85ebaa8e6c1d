import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** Lines of a TypeScript source for offsets into the JavaScript compiled from it, by the source map beside it. */
export class SourceLines {
  readonly #starts: readonly number[];
  readonly #map: SourceMap;

  constructor(compiled: string, text: string) {
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    this.#map = new SourceMap(JSON.parse(readFileSync(`${compiled}.map`, 'utf8')));
  }

  /** The line, counted from 1, of the source from which the character at `offset` was made. */
  at(offset: number): number {
    const line = this.#starts.findLastIndex((start) => start <= offset);
    const entry = this.#map.findEntry(line, offset - this.#starts[line]!);
    return 'originalLine' in entry ? entry.originalLine + 1 : 1;
  }
}
