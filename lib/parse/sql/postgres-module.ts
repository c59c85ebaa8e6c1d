import { SqlFault } from './facts.ts';
import { libpgQueryBytes, libpgQueryModule } from './wasm-bytes.ts';

/** What Emscripten makes of libpg_query, as far as it is used. Structures are those of `pg_query.h`. */
interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(size: number): number;
  _free(at: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  getValue(at: number, type: 'i32'): number;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, at: number, room: number): void;
  UTF8ToString(at: number): string;
}

type Factory = (options: object) => Promise<Module>;

/** PostgreSQL's own grammar. After a trap the module is made anew, so that the next text is read by a sound one. */
export class PostgresModule {
  readonly #make: () => Promise<Module>;
  #module: Module | undefined;
  #renewal: Promise<void> | undefined;

  private constructor(make: () => Promise<Module>, module: Module) {
    this.#make = make;
    this.#module = module;
  }

  static async load(): Promise<PostgresModule> {
    const { default: factory } = (await import(libpgQueryModule())) as { default: Factory };
    const compiled = await WebAssembly.compile(libpgQueryBytes());
    // The factory takes no bytes, would look for a file of its own, and waits for ever when there is no instance.
    const make = () =>
      new Promise<Module>((made, failed) => {
        const instantiateWasm = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
          WebAssembly.instantiate(compiled, imports).then(done).catch(failed);
        };
        factory({ instantiateWasm }).then(made, failed);
      });
    return new PostgresModule(make, await make());
  }

  /** Resolves when the module can be used; undefined when it can be now. */
  get renewal(): Promise<void> | undefined {
    return this.#renewal;
  }

  /** The syntax tree. */
  parse(text: string): unknown {
    const module = this.#module;
    if (module === undefined) throw new SqlFault('the parser failed and could not be made anew');
    try {
      return JSON.parse(parseRaw(module, text));
    } catch (error) {
      if (error instanceof SqlFault) throw error;
      this.#renew();
      throw new SqlFault('it is more than the parser can take');
    }
  }

  #renew(): void {
    this.#module = undefined;
    const made = (module?: Module) => {
      this.#module = module;
      this.#renewal = undefined;
    };
    this.#renewal = this.#make().then(made, () => made());
  }
}

function parseRaw(module: Module, text: string): string {
  const size = module.lengthBytesUTF8(text) + 1;
  const at = module._malloc(size);
  module.stringToUTF8(text, at, size);
  const result = module._wasm_parse_query_raw(at);
  try {
    const error = module.getValue(result + 8, 'i32');
    if (error !== 0) throw new SqlFault(module.UTF8ToString(module.getValue(error, 'i32')));
    return module.UTF8ToString(module.getValue(result, 'i32'));
  } finally {
    module._wasm_free_parse_result(result);
    module._free(at);
  }
}
