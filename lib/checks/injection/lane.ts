/** Work that is done piece by piece, one after the other: each holds a message in several forms while it is read. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  /** Does it when what was asked for before is done, however that ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => {});
    return done;
  }
}
