import { createInterface } from 'node:readline';
import { Model } from './model.ts';
import type { Answered, Asked, ModelFiles } from './protocol.ts';

/** The process in which a model runs, a program of its own: what goes wrong in native code ends it and nothing else. */

function say(answer: Answered): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

const lines = createInterface({ input: process.stdin });
// Whoever started us is gone, or wants us to be.
lines.once('close', () => process.exit(0));

const loading = Model.load(JSON.parse(process.argv[2]!) as ModelFiles);
loading.then(
  () => say({ ready: true }),
  (error: Error) => {
    say({ fault: error.message });
    process.stdout.write('', () => process.exit(1));
  },
);

lines.on('line', (line) => {
  const { id, parts } = JSON.parse(line) as Asked;
  loading
    .then((model) => model.score(parts))
    .then(
      (score) => say({ id, score }),
      (error: Error) => say({ id, fault: error.message }),
    );
});
