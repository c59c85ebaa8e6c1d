/** Counts the processes of all backends, so that neither all together nor those of one principal become too many. */
export class ProcessQuota {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #running = new Map<string, number>();
  #all = 0;

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  hasRoom(owner: string): boolean {
    return this.#all < this.#most && this.#of(owner) < this.#mostOfOne;
  }

  started(owner: string): void {
    this.#all++;
    this.#running.set(owner, this.#of(owner) + 1);
  }

  ended(owner: string): void {
    this.#all--;
    const left = this.#of(owner) - 1;
    if (left > 0) this.#running.set(owner, left);
    else this.#running.delete(owner);
  }

  #of(owner: string): number {
    return this.#running.get(owner) ?? 0;
  }
}
