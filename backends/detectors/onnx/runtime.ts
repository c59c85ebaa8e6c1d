import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { globalModulesFolder } from '../../npx.ts';

const PACKAGE = 'onnxruntime-node';

/** Where a package the operator must install is looked for, and the command that puts it there. */
export interface Absent {
  readonly message: string;
  readonly help: string;
}

/**
 * The path of `onnxruntime-node`: from the folder of the config on, beside the model, among the global packages. The
 * folder one stands in is not among them: it may belong to whoever wrote the project.
 */
export function runtimePath(
  folder: string,
  model: string,
  globalFolder = globalModulesFolder(process.execPath),
): string | Absent {
  const places = [folder, dirname(model)];
  for (const place of places) {
    const found = resolved(createRequire(join(place, 'from.js')), PACKAGE);
    if (found !== undefined) return found;
  }
  const global = globalFolder && resolved(createRequire(join(globalFolder, 'from.js')), join(globalFolder, PACKAGE));
  if (global !== undefined) return global;
  return {
    message: `the classifier needs the package ${PACKAGE}, which is neither in ${folder} nor among the global ones`,
    help: `npm install --prefix ${JSON.stringify(folder)} --ignore-scripts ${PACKAGE}`,
  };
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
