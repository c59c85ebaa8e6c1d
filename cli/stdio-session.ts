import { constants } from 'node:os';
import {
  CredentialFile,
  type CredentialPlace,
  fixedCredential,
  takeCredential,
} from '../backends/identity/given-credential.ts';
import { type GivenCredential, StreamProof } from '../lib/identity/stream-proof.ts';
import { systemClock } from '../lib/model/clock.ts';
import { LOCAL_CLIENT } from '../lib/model/principal.ts';
import { printable } from '../lib/model/printable.ts';
import { type ComposeOptions, compose, type Running } from './compose.ts';
import { EXIT } from './output/print.ts';
import { drained, reserveStdout } from './output/stdout.ts';

/** The log is opened this long after the start, when the client has its first answers. */
const QUIET_START_MS = 1000;

export interface StdioOptions extends ComposeOptions {
  /** `wrap`: end like the server does when it never got as far as an answer. */
  readonly endWithBackend: boolean;
  /** What the operator calls the client that starts this gateway. */
  readonly client?: string | undefined;
}

/** Serves one client on standard input and output until it leaves; answers the exit code. */
export async function serveStdio(options: StdioOptions): Promise<number> {
  const stdout = reserveStdout();
  const place = takeCredential(process.env);
  const running = await compose({ ...options, pins: true });
  const { gateway, log } = running;
  const proof = new StreamProof({
    user: { subject: running.user, clientId: options.client ?? LOCAL_CLIENT, roles: [], proof: 'os-user' },
    given: givenCredential(place, running),
    provers: (auth) => running.identities.proversOf(auth),
    clock: systemClock,
    log,
  });
  return new Promise<number>((resolve) => {
    let ending = false;
    const end = (abrupt: boolean, code: number) => {
      if (ending) return;
      ending = true;
      void finish(running, abrupt)
        .then(() => drained(stdout, 200))
        .then(() => resolve(code));
    };
    gateway.admit(process.stdin, stdout, proof, () => end(false, EXIT.ok));
    stdout.on('error', () => end(true, EXIT.ok));
    // A client that closes our diagnostics loses nothing but those.
    process.stderr.on('error', () => {});
    onSignals(running, (code) => end(true, code));
    process.on('uncaughtException', (error) => {
      log.write('error', 'crashed', { why: String(error.stack ?? error) });
      end(true, EXIT.unexpected);
    });
    if (options.endWithBackend) endWithBackend(running, (code) => end(true, code));
    setTimeout(() => log.open(), QUIET_START_MS).unref();
  });
}

/** What the gateway was started with. Two of them could be read as either, so they count for none. */
function givenCredential({ text, file }: CredentialPlace, { log, learn }: Running): GivenCredential {
  if (text !== undefined && file !== undefined) {
    log.write('error', 'credential_unclear', { why: 'SALLYPORT_TOKEN and SALLYPORT_TOKEN_FILE are both set' });
    return fixedCredential(undefined);
  }
  if (file !== undefined) return new CredentialFile(file, systemClock, log, learn);
  if (text !== undefined) learn([text]);
  return fixedCredential(text);
}

async function finish(running: Running, abrupt: boolean): Promise<void> {
  try {
    await running.close(abrupt);
  } catch (error) {
    process.stderr.write(`sallyport: could not end cleanly: ${printable((error as Error).message)}\n`);
  }
}

/** TERM, INT and HUP end it; HUP reads the config again where that is configured; a second signal does not wait. */
function onSignals({ config, reload }: Running, end: (code: number) => void): void {
  let signals = 0;
  const numbers = { SIGTERM: 15, SIGINT: 2, SIGHUP: 1 } as const;
  for (const [signal, number] of Object.entries(numbers)) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && config.reload === 'signal') return void reload();
      if (++signals > 1) process.exit(128 + number);
      end(128 + number);
    });
  }
}

/** A server that dies before its first answer would have ended the client's process, so that is what happens. */
function endWithBackend({ gateway }: Running, end: (code: number) => void): void {
  const [backend] = gateway.backends;
  backend!.onFirstFailure = (outage) => {
    const { exit } = outage;
    if (exit === undefined) return end(EXIT.unavailable);
    end(exit.signal === null ? exit.code || EXIT.unavailable : 128 + constants.signals[exit.signal as NodeJS.Signals]);
  };
}
