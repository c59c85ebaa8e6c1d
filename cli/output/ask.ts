import { createInterface } from 'node:readline/promises';

/** Whether a person can be asked here: both what they read and what they type is at a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** What a person answers, without blanks around it; empty when they leave. `question` is of our own making. */
export async function ask(question: string): Promise<string> {
  const reading = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => reading.once('close', () => resolve('')));
    return (await Promise.race([reading.question(question), closed])).trim();
  } finally {
    reading.close();
  }
}

/** Asks a person; anything but a yes is a no. */
export async function confirmed(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await ask(`${question} [y/N] `));
}
