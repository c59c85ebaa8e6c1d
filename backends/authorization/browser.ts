import { execFile } from 'node:child_process';
import { isReadableOnTheWay } from '../../lib/model/loopback.ts';

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' };

/** Whether a page may be shown to a user: one that nobody on the way can change, and nothing but a page. */
export function mayOpen(url: URL): boolean {
  return (url.protocol === 'https:' || url.protocol === 'http:') && !isReadableOnTheWay(url) && url.username === '';
}

/** Has the system show a page, without a shell in between; false where it does not. */
export function openBrowser(url: URL, platform: string = process.platform): Promise<boolean> {
  const opener = OPENERS[platform];
  if (opener === undefined || !mayOpen(url)) return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile(opener, [url.href], { timeout: 10_000 }, (error) => resolve(error === null));
  });
}
