import type { Message } from '../mcp/lines.ts';

const PATIENCE_MS = 20_000;

/** The notifications a client received, and a way to wait for one. */
export class Notices {
  readonly all: Message[] = [];
  readonly #waiting = new Set<() => void>();

  add(notice: Message): void {
    this.all.push(notice);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with the first notification from index `from` on that has this method and that `wanted` accepts. */
  until(method: string, wanted: (params: Message) => boolean = () => true, from = 0): Promise<Message> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.all.slice(from).find((notice) => notice.method === method && wanted(notice.params ?? {}));
        if (found === undefined) return;
        end();
        resolve(found.params ?? {});
      };
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`no ${method} came; the last notices: ${JSON.stringify(this.all.slice(-5))}`));
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }
}
