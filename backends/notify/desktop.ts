import type { Mask } from '../../lib/model/mask.ts';
import type { Notice } from '../../lib/model/notice.ts';
import { printable } from '../../lib/model/printable.ts';
import { backendEnvironment } from '../environment.ts';
import { runToEnd } from '../one-shot.ts';
import { desktopCommand } from './desktop-commands.ts';
import { NotTaken, type Sink, type Taken } from './sink.ts';

/** The one for Windows shows its balloon for some seconds before it ends. */
const WITHIN_MS = 15_000;
/** How the program finds the display, besides what every program gets. */
const DISPLAY = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'];

export interface DesktopGround {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly mask: Mask;
}

/** Shows notices on the desktop the gateway runs on. */
export class DesktopSink implements Sink {
  readonly name = 'desktop';
  readonly #ground: DesktopGround;
  /** There is no program that shows anything, so nobody hears of it until the next start. */
  #missing = false;

  constructor(ground: DesktopGround) {
    this.#ground = ground;
  }

  get isReachable(): boolean {
    const { platform, environment } = this.#ground;
    if (this.#missing) return false;
    if (platform === 'win32') return true;
    if (platform === 'darwin') return environment.SSH_CONNECTION === undefined;
    return isSet(environment.DISPLAY) || isSet(environment.WAYLAND_DISPLAY);
  }

  takes(): boolean {
    return true;
  }

  async send(notice: Notice): Promise<Taken> {
    const { platform, environment, mask } = this.#ground;
    const command = desktopCommand(notice, platform);
    if (command === undefined || !this.isReachable) throw new NotTaken('there is no display', { isFinal: true });
    const { variables } = backendEnvironment(environment, DISPLAY, {});
    const { file, args, input } = command;
    const ended = await runToEnd(file, args, variables, WITHIN_MS, input);
    if (ended.ok) return { said: `${file} showed it` };
    this.#missing = ended.missing;
    if (ended.missing) throw new NotTaken(`there is no ${file}`, { isFinal: true });
    // What the program was started with, which the first line would repeat, holds the notice.
    const why = ended.timedOut ? 'did not end in time' : (ended.stderr.trim().split('\n', 1)[0] ?? '');
    throw new NotTaken(`${file}: ${printable(mask(why), 200) || 'failed'}`);
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
