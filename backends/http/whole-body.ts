import type { IncomingMessage } from 'node:http';

/** The body of an answer; rejects for one that is cut short or has more than `mostKiB`. */
export async function wholeBody(response: IncomingMessage, mostKiB: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostKiB * 1024) response.destroy();
    else chunks.push(chunk);
  });
  await new Promise((resolve) => response.on('error', () => {}).once('close', resolve));
  if (size > mostKiB * 1024) throw new Error(`answered with more than ${mostKiB} KiB`);
  if (!response.complete) throw new Error('did not answer to the end');
  return Buffer.concat(chunks);
}
