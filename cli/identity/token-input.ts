import { text } from 'node:stream/consumers';
import { CommandError } from '../output/print.ts';

/** What a client can send in a header; as long as the longest token that is looked at. */
const LINE = /^[\x21-\x7e]{1,16384}$/;

/** The one line on standard input, for what must not be seen among processes; empty where there is none. */
export async function secretLine(): Promise<string> {
  // Not read in one go: a pipe whose writer is late would have nothing yet.
  const given = process.stdin.isTTY ? '' : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (given !== '' && !LINE.test(given)) throw new CommandError('standard input must be one line of visible ASCII');
  return given;
}

/** The same, where nothing can be done without it. */
export async function neededLine(what: string): Promise<string> {
  const given = await secretLine();
  if (given === '') throw new CommandError(`${what} comes on standard input, such as \`< token.txt\``);
  return given;
}
