/** The few members of the standard object (WebAssembly JavaScript Interface) that are used; Node's types leave it out. */
declare namespace WebAssembly {
  interface Module {
    readonly compiled: unique symbol;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<Instance>;
}
