import { takeCredential } from '../backends/identity/given-credential.ts';
import type { Gateway } from '../lib/gateway/gateway.ts';
import { Front } from '../lib/http/front.ts';
import { Listener } from '../lib/http/listener.ts';
import { TlsFiles } from '../lib/http/tls.ts';
import { printable } from '../lib/model/printable.ts';
import { type ComposeOptions, compose, type Running } from './compose.ts';
import { CommandError, EXIT, print, printError } from './output/print.ts';

/** A gateway that listens. */
interface Serving {
  readonly running: Running;
  readonly front: Front;
  readonly listener: Listener;
  readonly tls: TlsFiles | undefined;
}

/** Serves all backends over HTTP until it is told to end; answers the exit code. */
export async function serveHttp(options: ComposeOptions): Promise<number> {
  // Clients over HTTP bring their credentials themselves; one left in the environment is for nobody else.
  takeCredential(process.env);
  const running = await compose({ ...options, pins: true });
  running.log.open();
  const serving = await listen(running);
  const { url } = serving.listener;
  running.gateway.turn.run(() => running.audit.event('serving', { url }));
  // Whoever reads that it listens may send signals from then on, so they are heard before.
  const ended = new Promise<number>((resolve) => {
    let ending = false;
    const end = (abrupt: boolean, code: number) => {
      if (ending) return;
      ending = true;
      void finish(serving, abrupt).then(() => resolve(code));
    };
    onSignals(serving, () => end(false, EXIT.ok));
    process.on('uncaughtException', (error) => {
      running.log.write('error', 'crashed', { why: String(error.stack ?? error) });
      end(true, EXIT.unexpected);
    });
  });
  // Where records go to standard output, nothing else does.
  const say = running.config.audit.shipping?.destinations.includes('stdout') === true ? printError : print;
  say(`listening on ${printable(url)}`);
  const bare = running.unapproved();
  if (bare.length > 0)
    printError(
      `sallyport: [SP4121] nobody has approved what ${bare.join(', ')} offers, so clients see none of it: run \`sallyport pin\``,
    );
  return ended;
}

async function listen(running: Running): Promise<Serving> {
  const { server } = running.config;
  const front = new Front(running.gateway, running.user, running.budget, (auth) => running.identities.proversOf(auth));
  let tls: TlsFiles | undefined;
  try {
    tls = server.tls && new TlsFiles(server.tls, running.log);
    const listener = await Listener.open(server, tls, (request, response) => front.handle(request, response));
    return { running, front, listener, tls };
  } catch (error) {
    tls?.close();
    await running.close(true);
    throw new CommandError(`cannot listen: ${(error as Error).message}`, EXIT.unavailable);
  }
}

/** TERM and INT let calls finish first, and a second one does not wait. HUP reads the config and certificates again. */
function onSignals({ running, front, tls }: Serving, end: () => void): void {
  let signals = 0;
  for (const [signal, number] of Object.entries({ SIGTERM: 15, SIGINT: 2 })) {
    process.on(signal, () => {
      if (++signals > 1) process.exit(128 + number);
      end();
    });
  }
  process.on('SIGHUP', () => {
    tls?.reload();
    if (running.config.reload === 'signal') void running.reload().then(() => front.refresh());
  });
}

/** Nothing new is taken in, calls may finish, then everybody is told, and last the backends end. */
async function finish({ running, front, listener, tls }: Serving, abrupt: boolean): Promise<void> {
  const { server } = running.config;
  try {
    front.drain();
    listener.stop();
    endStreams(running.gateway);
    await running.close(abrupt, server.limits.drainMs);
  } catch (error) {
    printError(`sallyport: could not end cleanly: ${printable((error as Error).message)}`);
  }
  front.close();
  listener.close();
  tls?.close();
}

/** Streams that stay open by design would be waited for in vain. */
function endStreams({ turn, sessions }: Gateway): void {
  turn.run(() => {
    for (const session of sessions) session.listens.close();
  });
}
