import type { Socket } from 'node:net';

const LF = 0x0a;

/**
 * Cuts what a socket sends into lines, in order, one at a time: the next is read when the one before was dealt with. `tooLong`
 * is called once, for a line of more than `most` bytes, and nothing is read after it.
 */
export function readLines(
  socket: Socket,
  most: number,
  line: (text: string) => Promise<void> | void,
  tooLong: () => void,
): void {
  let rest: Buffer[] = [];
  let bytes = 0;
  let working = false;
  let over = false;

  const next = (): string | undefined => {
    const all = rest.length === 1 ? rest[0]! : Buffer.concat(rest);
    const end = all.indexOf(LF);
    rest = all.length === 0 ? [] : [all];
    if (end === -1) {
      if (bytes > most) refuse();
      return undefined;
    }
    if (end > most) {
      refuse();
      return undefined;
    }
    bytes = all.length - end - 1;
    rest = bytes === 0 ? [] : [all.subarray(end + 1)];
    return all.toString('utf8', 0, end);
  };
  const refuse = () => {
    over = true;
    rest = [];
    tooLong();
  };
  const work = async () => {
    working = true;
    socket.pause();
    for (let text = next(); text !== undefined && !over; text = next()) await line(text);
    working = false;
    if (!over && !socket.destroyed) socket.resume();
  };
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    rest.push(chunk);
    bytes += chunk.length;
    if (!working && (chunk.includes(LF) || bytes > most)) void work();
  });
}
