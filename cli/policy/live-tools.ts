import { PassThrough } from 'node:stream';
import type { Backend, Session } from '../../lib/gateway/ports.ts';
import type { Outage } from '../../lib/model/server.ts';
import type { ToolShape } from '../../lib/model/tool-shape.ts';
import { compose, type Running } from '../compose.ts';
import { CommandError, EXIT } from '../output/print.ts';

/** Tools of each backend, with what it says of them. */
export type LiveTools = ReadonlyMap<string, ReadonlyMap<string, ToolShape>>;

/** The names of an open backend's tools; undefined when it has none or cannot be asked. */
export function listedTools(
  { gateway }: Running,
  backend: Backend,
  session: Session,
): Promise<readonly string[] | undefined> {
  if (!backend.isOpen || backend.facts?.capabilities.tools === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) =>
    gateway.turn.run(() =>
      backend.catalog.load('tools', session, (loss) =>
        resolve(loss === undefined ? backend.catalog.toolNames : undefined),
      ),
    ),
  );
}

/** Starts these backends, reads their lists of tools and ends them again. */
export async function readLiveTools(config: string | undefined, names: ReadonlySet<string>): Promise<LiveTools> {
  const running = await compose({ config, overrides: {} });
  const { gateway, user } = running;
  try {
    const session = gateway.connect(new PassThrough(), new PassThrough().resume(), user, () => {});
    const backends = gateway.backends.filter(({ name }) => names.has(name));
    const listed = backends.map(async (backend) => [backend.name, await toolsOf(running, backend, session)] as const);
    return new Map(await Promise.all(listed));
  } finally {
    await running.close(true);
  }
}

async function toolsOf(running: Running, backend: Backend, session: Session): Promise<Map<string, ToolShape>> {
  const outage = await new Promise<Outage | undefined>((resolve) =>
    running.gateway.turn.run(() => backend.open(undefined, resolve)),
  );
  if (outage !== undefined) {
    throw new CommandError(`${backend.name}: ${outage.text} (${outage.code})`, EXIT.unavailable);
  }
  const names = (await listedTools(running, backend, session)) ?? [];
  return new Map(names.map((name) => [name, backend.catalog.tool(name).shape]));
}
