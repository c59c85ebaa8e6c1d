declare module 'libpg-query/wasm/libpg-query.js' {
  /** Emscripten's factory; the package declares types for its wrapper only. */
  const factory: (options: object) => Promise<unknown>;
  // biome-ignore lint/style/noDefaultExport: the package decides what it exports.
  export default factory;
}
