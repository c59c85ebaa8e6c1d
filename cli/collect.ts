const WORTH_BYTES = 16 * 1024 * 1024;

/**
 * Frees the buffers of frames that have passed, for moments in which somebody is waited for anyway. Left alone, V8
 * lets 64 MB of them gather, whatever the memory of the machine. Does nothing where the collector is out of reach.
 */
export function createCollector(): () => void {
  let collect: (() => void) | undefined;
  let kept = 0;
  return () => {
    const { external } = process.memoryUsage();
    kept = Math.min(kept, external);
    if (external < kept + WORTH_BYTES) return;
    collect ??= collector();
    collect();
    kept = process.memoryUsage().external;
  };
}

/**
 * The collector is a function that only a context made after the flag has. The modules are loaded when they are
 * needed, because most gateways never need them and they take more than a megabyte.
 */
function collector(): () => void {
  try {
    process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
    const gc: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
    return typeof gc === 'function' ? () => gc() : () => {};
  } catch {
    return () => {};
  }
}
