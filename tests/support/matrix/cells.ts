import { FEATURES, type Feature } from './scenarios/index.ts';
import type { Scene } from './scene.ts';
import { cellOf } from './table.ts';

/** Runs every feature between a client and a server; answers with what went wrong, one line for each cell. */
export async function runCells(scene: Scene, skip: (feature: Feature) => boolean = () => false): Promise<string[]> {
  const failures: string[] = [];
  for (const feature of FEATURES) {
    if (skip(feature)) continue;
    try {
      await cellOf(scene.client.kind, scene.server, feature).show(scene);
    } catch (error) {
      failures.push(`${scene.client.kind} × ${scene.server} × ${feature}: ${shown(error)}`);
    }
  }
  return failures;
}

function shown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
