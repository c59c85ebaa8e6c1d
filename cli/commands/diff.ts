import { CommandError, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { itemJson, unseenJson } from '../registry/json.ts';
import { launchChange } from '../registry/launch-change.ts';
import { examine, type RegistryOptions } from '../registry/scene.ts';
import { changesText } from '../views/offered.ts';

/** Says what backends offer otherwise than it was pinned, in the terms of whoever reads it. */
export async function diff(target: string | undefined, options: RegistryOptions): Promise<number> {
  const [backend, tool] = target === undefined ? [] : target.split(/\/(.*)/s, 2);
  const scene = await examine(options, backend === undefined ? [] : [backend]);
  const differing = scene.examined.map((seen) => ({
    seen,
    launch: launchChange(seen),
    items: seen.items.filter((item) => item.standing !== 'pinned' && (tool === undefined || item.id === tool)),
  }));
  if (tool !== undefined && !scene.examined.some(({ items }) => items.some(({ id }) => id === tool))) {
    const failed = scene.unseen[0];
    throw failed === undefined
      ? new CommandError(`${target} is neither offered nor pinned`)
      : new CommandError(failed.why, failed.exitCode);
  }
  const isSame = differing.every(({ items, launch }) => items.length === 0 && launch === undefined);
  const code = isSame ? (scene.unseen[0]?.exitCode ?? EXIT.ok) : EXIT.integrity;
  if (options.json === true) {
    const backends = differing.map(({ seen, items, launch }) => ({
      backend: seen.backend,
      launch,
      items: items.map((item) => itemJson(seen, item)),
    }));
    printJson({ ok: code === EXIT.ok, lockfile: scene.lock.path, backends, unseen: unseenJson(scene) });
    return code;
  }
  for (const { seen, items, launch } of differing) {
    if (launch !== undefined) print(`${seen.backend} ${shown(launch, 500)}`);
    for (const item of items) print(changesText(seen, item));
  }
  for (const { why } of scene.unseen) printError(`error: ${shown(why)}`);
  if (isSame && scene.unseen.length === 0) print('everything is as it was pinned');
  return code;
}
