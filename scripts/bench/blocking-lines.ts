import { readSync, writeSync } from 'node:fs';

const chunk = Buffer.alloc(1 << 20);

/**
 * Answers the lines of standard input with the lines `answer` returns ('' for none), reading and writing with
 * blocking calls so that the server's own share of a measurement is small and steady. Ends with its input.
 */
export function answerLines(answer: (line: string) => string): never {
  let rest = '';
  for (;;) {
    const read = blocking(() => readSync(0, chunk, 0, chunk.length, null));
    if (read === 0) process.exit(0);
    const lines = (rest + chunk.toString('latin1', 0, read)).split('\n');
    rest = lines.pop()!;
    let answers = '';
    for (const line of lines) answers += answer(line);
    send(answers);
  }
}

/** The id of a request, as it is written there; undefined for a notification. */
export function idOf(line: string): string | undefined {
  return /"id":("[^"]*"|\d+)/.exec(line)?.[1];
}

const source = 'const door = (a, b) => "v" + a[b];\n  return open(gate, 1);\n';
const texts = new Map<number, string>();

/** A JSON string of `size` characters that looks like what tools answer with. */
export function text(size: number): string {
  let json = texts.get(size);
  if (json === undefined) {
    json = JSON.stringify(source.repeat(Math.ceil(size / source.length)).slice(0, size));
    texts.set(size, json);
  }
  return json;
}

function send(answers: string): void {
  const out = Buffer.from(answers, 'latin1');
  for (let at = 0; at < out.length; ) at += blocking(() => writeSync(1, out, at, out.length - at));
}

/** A descriptor that turns out to be non-blocking is tried again after a moment. */
function blocking(work: () => number): number {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EOF') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
