import { FEATURES, type Feature } from './scenarios/index.ts';
import type { Scene } from './scene.ts';
import { cellOf } from './table.ts';

/** News that do not say which server they are of: what is awaited in one cell must not come from another. */
const ONE_BY_ONE: ReadonlySet<Feature> = new Set(['list_changed']);

/** Runs every cell of one client; answers with what went wrong, one text for each cell that did. */
export async function runCells(scenes: readonly Scene[]): Promise<string[]> {
  const failures: string[] = [];
  const run = async (scene: Scene, feature: Feature) => {
    try {
      await cellOf(scene.client.kind, scene.server, feature).show(scene);
    } catch (error) {
      failures.push(`${scene.client.kind} × ${scene.server} × ${feature}: ${shown(error)}`);
    }
  };
  const beside = FEATURES.filter((feature) => !ONE_BY_ONE.has(feature));
  await Promise.all(
    scenes.map(async (scene) => {
      for (const feature of beside) await run(scene, feature);
    }),
  );
  for (const feature of ONE_BY_ONE) for (const scene of scenes) await run(scene, feature);
  return failures;
}

function shown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
