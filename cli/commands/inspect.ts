import { EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { backendJson, unseenJson } from '../registry/json.ts';
import { examine, type RegistryOptions } from '../registry/scene.ts';
import { headText, itemsText } from '../views/offered.ts';

/** Says what backends offer: each item with its effect, its hash, its standing and what was found in it. */
export async function inspect(name: string | undefined, options: RegistryOptions): Promise<number> {
  const scene = await examine(options, name === undefined ? [] : [name]);
  const code = scene.unseen[0]?.exitCode ?? EXIT.ok;
  if (options.json === true) {
    const backends = scene.examined.map((seen) => backendJson(seen, seen.items));
    printJson({ ok: code === EXIT.ok, lockfile: scene.lock.path, backends, unseen: unseenJson(scene) });
    return code;
  }
  for (const seen of scene.examined) print(`${headText(seen)}\n${itemsText(seen, seen.items)}`);
  for (const { why } of scene.unseen) printError(`error: ${shown(why)}`);
  return code;
}
