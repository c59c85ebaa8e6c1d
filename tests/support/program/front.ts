import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { compose, type Running } from '../../../cli/compose.ts';
import { Front } from '../../../lib/http/front.ts';
import { Listener } from '../../../lib/http/listener.ts';
import { endWith, temporaryFolder } from '../folder.ts';
import { isolatedHome } from './gateway.ts';
import { type ServeOptions, serveConfig } from './serve.ts';

/** A gateway that listens in the test's own process, so that its counters can be looked at. */
export interface OwnFront {
  readonly running: Running;
  readonly front: Front;
  readonly listener: Listener;
  readonly url: string;
  /** Its config file. */
  readonly file: string;
}

/** Puts one together as `serve` does, with `pins` of what its backends offer. The environment of the test's process then belongs to it. */
export async function ownFront(t: TestContext, options: ServeOptions, pins = false): Promise<OwnFront> {
  const home = options.home ?? temporaryFolder(t);
  Object.assign(process.env, isolatedHome(home));
  const file = join(home, 'serve.yaml');
  writeFileSync(file, serveConfig(options));
  const running = await compose({ config: file, overrides: { serving: true }, pins });
  const front = new Front(running.gateway, running.user, running.budget, (auth) => running.identities.proversOf(auth));
  const listener = await Listener.open(running.config.server, undefined, (request, response) =>
    front.handle(request, response),
  );
  endWith(t, async () => {
    front.close();
    listener.close();
    await running.close(true);
  });
  return { running, front, listener, url: listener.url, file };
}
