import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Sink } from '../../backends/notify/sink.ts';
import { sinksOf } from '../../backends/notify/sinks.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Notice } from '../../lib/model/notice.ts';
import { SINKS } from '../../lib/model/notify-config.ts';
import { osUser } from '../identity/os-user.ts';
import { maskFor } from '../output/known-secrets.ts';
import { CommandError, EXIT, print, printJson, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface NotifyTestOptions {
  readonly config?: string;
  readonly serve?: boolean;
  readonly json?: boolean;
}

/** Sends one test notice to each sink, once, and prints what came back; not one that fails is passed over. */
export async function notifyTest(named: string | undefined, options: NotifyTestOptions): Promise<number> {
  const { config, serve, json } = options;
  if (named !== undefined && !SINKS.some((one) => one === named))
    throw new CommandError(`there is no sink "${shown(named)}"; there are ${SINKS.join(', ')}`);
  const read = await readConfig({ config, overrides: serve === true ? { serving: true } : {} });
  const ground = { clock: systemClock, mask: maskFor(read.config.secrets) };
  const sinks = [...sinksOf(read.config.notify, ground).values()].filter(
    ({ name }) => named === undefined || name === named,
  );
  if (sinks.length === 0) {
    const what = named === undefined ? 'no sink is configured' : `${named} is not configured`;
    throw new CommandError(`${what}; add \`notify.${named ?? 'webhook'}\` to the config, as docs/alerts.md shows`);
  }
  const tried = await Promise.all(sinks.map((sink) => tryOut(sink)));
  const ok = tried.every((one) => one.ok);
  if (json === true) printJson({ ok, sinks: tried });
  else
    for (const { sink, ok: taken, said } of tried) print(`${sink}: ${taken ? 'delivered' : 'not delivered'}, ${said}`);
  return ok ? EXIT.ok : EXIT.unavailable;
}

async function tryOut(sink: Sink): Promise<{ readonly sink: string; readonly ok: boolean; readonly said: string }> {
  const { name } = sink;
  try {
    const { said } = await sink.send(testNotice());
    return { sink: name, ok: true, said: shown(said) };
  } catch (error) {
    return { sink: name, ok: false, said: shown((error as Error).message) };
  }
}

function testNotice(): Notice {
  const id = randomUUID();
  return {
    id: `msg_${id}`,
    type: 'test',
    atMs: systemClock.now(),
    key: `sallyport/test/${id}`,
    severity: 'low',
    title: 'This is a test of Sallyport',
    lines: [`Sent by ${shown(osUser())} on ${shown(hostname())}. Nothing has happened, and nothing is to be done.`],
    data: {},
  };
}
