import type { ClientKind, MatrixClient } from './client.ts';
import { connectRaw2024 } from './raw-2024.ts';
import { connectV1 } from './sdk-v1.ts';
import { connectV2 } from './sdk-v2.ts';
import type { Target } from './target.ts';

const CONNECT: Readonly<Record<ClientKind, (target: Target) => Promise<MatrixClient>>> = {
  'sdk-v1': connectV1,
  'sdk-v2-legacy': (target) => connectV2('legacy', target),
  'sdk-v2-modern': (target) => connectV2('modern', target),
  'raw-2024': connectRaw2024,
};

/** A client of some kind, connected and past its handshake. */
export function connect(kind: ClientKind, target: Target): Promise<MatrixClient> {
  return CONNECT[kind](target);
}
