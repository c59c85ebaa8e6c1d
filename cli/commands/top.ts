import { constants } from 'node:os';
import { systemClock } from '../../lib/model/clock.ts';
import { printable } from '../../lib/model/printable.ts';
import { CommandError, EXIT, printError } from '../output/print.ts';
import { DeskView } from '../top/desk-view.ts';
import { type Key, keysIn } from '../top/keys.ts';
import { painted } from '../top/paint.ts';
import { Scene } from '../top/scene.ts';
import { Screen, wantsColour } from '../top/screen.ts';
import { WatchedGateways } from '../top/watching-gateways.ts';

/** Nobody reads faster. */
const DRAW_EVERY_MS = 100;
const MOST_FILTER = 100;

/** Shows what all gateways of the user do, and has what waits answered, until somebody leaves. */
export async function top(): Promise<number> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new CommandError('top needs a terminal; `sallyport approvals list --json` and `audit tail` do not');
  }
  const scene = new Scene();
  const view = new DeskView(scene);
  const screen = new Screen(wantsColour(process.env));
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    screen.draw(painted(scene, view, screen.size, systemClock.now()));
  };
  const soon = () => {
    timer ??= setTimeout(draw, DRAW_EVERY_MS);
  };
  const gateways = new WatchedGateways(scene, soon);
  // Whatever ends the process, the terminal is given back.
  process.on('exit', () => screen.close());
  try {
    return await new Promise<number>((resolve, reject) => {
      process.on('uncaughtException', reject);
      process.on('unhandledRejection', reject);
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.on(signal, () => resolve(128 + constants.signals[signal]));
      }
      process.on('SIGCONT', () => {
        screen.open();
        screen.forget();
        draw();
      });
      process.stdout.on('resize', () => {
        screen.forget();
        draw();
      });
      process.stdout.on('error', () => resolve(EXIT.ok));
      process.stdin.on('error', () => resolve(EXIT.ok));
      process.stdin.on('end', () => resolve(EXIT.ok));
      process.stdin.setEncoding('utf8').on('data', (text) => {
        for (const key of keysIn(String(text))) {
          const end = pressed(key, view, gateways, soon);
          if (end !== undefined) return resolve(end);
          // What was chosen or opened is drawn before the next key counts: nobody answers what they have not seen.
          draw();
        }
      });
      screen.open();
      gateways.begin();
      draw();
    });
  } catch (error) {
    screen.close();
    printError(`unexpected error: ${printable(String((error as Error)?.stack ?? error), 4000)}`);
    return EXIT.unexpected;
  } finally {
    clearTimeout(timer);
    gateways.close();
    screen.close();
  }
}

/** Does what a key asks for; an exit code ends it all. */
function pressed(key: Key, view: DeskView, gateways: WatchedGateways, changed: () => void): number | undefined {
  view.message = '';
  if (key.key === 'interrupt') return 128 + constants.signals.SIGINT;
  if (view.mode === 'filter') {
    typed(key, view);
    return undefined;
  }
  if (key.key === 'up') view.move(-1);
  else if (key.key === 'down') view.move(1);
  else if (key.key === 'enter') view.open();
  else if (key.key === 'escape') view.back();
  if (key.key !== 'text') return undefined;
  switch (key.text) {
    case 'q':
      return EXIT.ok;
    case 'j':
      view.move(1);
      break;
    case 'k':
      view.move(-1);
      break;
    case '/':
      view.mode = 'filter';
      break;
    case 'a':
    case 'd': {
      const wish = view.answer(key.text === 'a');
      if (wish === undefined) break;
      view.message = `${wish.approved ? 'Approving' : 'Denying'} ${wish.waiting.pending.id} ...`;
      void gateways.answer(wish).then((said) => {
        view.message = said;
        changed();
      });
    }
  }
  return undefined;
}

function typed(key: Key, view: DeskView): void {
  switch (key.key) {
    case 'enter':
      view.mode = 'all';
      break;
    case 'escape':
      view.mode = 'all';
      view.filter = '';
      break;
    case 'backspace':
      view.filter = [...view.filter].slice(0, -1).join('');
      break;
    case 'text':
    case 'paste':
      view.filter = printable(`${view.filter}${key.text}`, MOST_FILTER).slice(0, MOST_FILTER);
  }
}
