import { valueAt } from '../files/key-path.ts';
import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import { speakingOfAuth } from '../sections/auth.ts';
import { LISTEN_ADDRESS } from '../sections/server.ts';
import { isEveryInterface, parseListenAddress } from '../words/addresses.ts';

/** Tokens are for one gateway; where neither the config nor the address says for which, they would be for all alike. */
export function checkAudiences(layers: readonly Layer[], { serving }: Overrides): Problem[] {
  const last = (key: string) => layers.findLast(({ config }) => valueAt(config, ['server', key]) !== undefined)?.config;
  const text = last('listen_addr')?.server?.listen_addr ?? LISTEN_ADDRESS;
  const address = parseListenAddress(text);
  if (serving !== true || address === undefined || !isEveryInterface(address) || address.port === 0) return [];
  const speaking = speakingOfAuth(layers);
  if (speaking === undefined || last('public_url') !== undefined) return [];
  const { jwt, oauth } = speaking.config.security?.auth ?? {};
  const issuers = (jwt === undefined ? [] : [jwt].flat()).map(({ audience }, index) => ({
    audience,
    path: ['security', 'auth', 'jwt', ...(Array.isArray(jwt) ? [index] : [])],
  }));
  const asked = oauth?.introspection;
  const path = ['security', 'auth', 'oauth', 'introspection'];
  const all = asked === undefined ? issuers : [...issuers, { audience: asked.audience, path }];
  return all
    .filter(({ audience }) => audience === undefined)
    .map((one) => ({
      code: 'SP1005',
      severity: 'error',
      message: `nothing says for which gateway tokens must be: "${text}" is no name anybody could call`,
      where: speaking.source.where(one.path),
      help: 'set `audience`, or `server.public_url`',
    }));
}
