import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What another program would connect to for each text; undefined where it refuses the text. */
export type Read = (texts: readonly string[]) => Promise<readonly (string | undefined)[]>;

/** How Python's own client finds the host, and what its resolver is asked for. */
const PYTHON = `
import json, re, socket, sys, urllib.request
def read(text):
    try:
        host = urllib.request.Request(text).host
        if not host: return None
        name = re.sub(r':\\d*$', '', host.rpartition('@')[2])
        if name.startswith('['): return name
        name = name.encode('idna').decode()
        try: return socket.inet_ntoa(socket.inet_aton(name))
        except OSError: return name
    except Exception: return None
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

export const readByPython: Read = async (texts) => {
  const { stdout } = spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(texts), encoding: 'utf8' });
  return (JSON.parse(stdout) as (string | null)[]).map((host) => host ?? undefined);
};

/** curl, asked to go through a proxy, which hears the host it would have connected to. */
export const readByCurl: Read = async (texts) => {
  const heard: string[] = [];
  const proxy = createServer((request, response) => {
    heard.push(/^[a-z]+:\/\/(?:[^/@]*@)?([^/?#]*)/.exec(request.url ?? '')?.[1] ?? '');
    response.end();
  });
  proxy.on('connect', (request, socket) => {
    heard.push(request.url ?? '');
    socket.destroy();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const found: (string | undefined)[] = [];
  for (const text of texts) {
    heard.length = 0;
    const options = [
      '-gsk',
      '--max-time',
      '5',
      '--noproxy',
      '',
      '--proxy',
      `http://127.0.0.1:${port}`,
      '-o',
      '/dev/null',
    ];
    const curl = spawn('curl', [...options, '--', text], { stdio: 'ignore', env: { PATH: process.env['PATH'] } });
    await once(curl, 'exit');
    found.push(heard[0]?.replace(/:\d+$/, ''));
  }
  proxy.close();
  return found;
};
