import { asObject } from '../../lib/model/json.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import { parseFrame } from '../../lib/wire/reader.ts';
import type { Message } from './message.ts';

const LISTS = { toolsListChanged: 'tools', promptsListChanged: 'prompts', resourcesListChanged: 'resources' } as const;
const SMALL = { maxFrameBytes: 1024, maxJsonDepth: 8 };

/** What a `subscriptions/listen` may not have heard while its stream was broken, said as its server would have. */
export function changesMissed({ method, params }: Message): Frame[] {
  if (method !== 'subscriptions/listen') return [];
  const wanted = asObject(params?.member('notifications')?.json()) ?? {};
  return Object.entries(LISTS)
    .filter(([key]) => wanted[key] === true)
    .map(([, list]) =>
      parseFrame(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`), SMALL),
    );
}
