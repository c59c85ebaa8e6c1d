/**
 * Where grants and requests are kept. Names are made by this part; texts are signed, so that a store need not be trusted with
 * more than keeping them. What cannot be kept is kept in memory, so nothing here throws.
 */
export interface ApprovalStore {
  /** Names of grants that begin with `prefix`. */
  grants(prefix: string): readonly string[];
  keepGrant(name: string, text: string): void;
  grant(name: string): string | undefined;
  /** True for exactly one caller, of all processes that share the store: this use of the grant is the one. */
  useUp(name: string): boolean;
  dropGrant(name: string): void;

  keepPending(id: string, text: string): void;
  dropPending(id: string): void;
  /** Requests of processes that are gone. */
  left(): readonly LeftRequest[];
}

export interface LeftRequest {
  readonly id: string;
  readonly text: string;
  /** Makes it one of this process; true for exactly one of all that try. */
  take(): boolean;
}

/** Keeps everything as long as the process lives. */
export class MemoryStore implements ApprovalStore {
  readonly #grants = new Map<string, string>();

  grants(prefix: string): readonly string[] {
    return [...this.#grants.keys()].filter((name) => name.startsWith(prefix));
  }

  keepGrant(name: string, text: string): void {
    this.#grants.set(name, text);
  }

  grant(name: string): string | undefined {
    return this.#grants.get(name);
  }

  useUp(name: string): boolean {
    return this.#grants.delete(name);
  }

  dropGrant(name: string): void {
    this.#grants.delete(name);
  }

  keepPending(_id: string, _text: string): void {}

  dropPending(_id: string): void {}

  left(): readonly LeftRequest[] {
    return [];
  }
}
