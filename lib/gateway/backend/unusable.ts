import type { Code } from '../../model/codes.ts';
import type { Engine } from '../ports.ts';
import { NoiseMeter } from './noise.ts';

/** What one backend says that nobody can use or that it may not say: tolerated up to a limit, recorded up to another. */
export class UnusableFrames {
  readonly #name: string;
  readonly #engine: Engine;
  readonly #noise: NoiseMeter;

  /** `name` is that of the backend. */
  constructor(name: string, engine: Engine) {
    this.#name = name;
    this.#engine = engine;
    this.#noise = new NoiseMeter(engine.clock);
  }

  /** It has been started. */
  reset(): void {
    this.#noise.reset();
  }

  /** What came since its start, for the record of its end. */
  get counts(): { readonly noise: number | undefined; readonly refused: number | undefined } {
    return { noise: this.#noise.lines || undefined, refused: this.#noise.refused || undefined };
  }

  /** Notes something nobody asked for and nobody can use; true when it was one too many. */
  isTooMuch(code: Code, detail: string, bytes: number): boolean {
    if (this.#noise.worthRecording) this.record(code, detail, bytes);
    return this.#noise.tooMuch(bytes);
  }

  /** Refuses something it may not say. It could say it for ever, so not each is recorded, but all are counted. */
  refuse(code: Code, detail: string, bytes: number, session?: string): void {
    if (this.#noise.worthRefusing()) this.#engine.audit.refused({ from: this.#name, session, code, detail, bytes });
  }

  record(code: Code, detail: string, bytes: number): void {
    this.#engine.audit.refused({ from: this.#name, code, detail, bytes });
    this.#engine.log.write('warn', 'backend_frame_refused', { backend: this.#name, code, detail });
  }
}
