import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Asked } from '../../../lib/http/asked.ts';
import type { Door } from '../../../lib/http/door.ts';
import { Pulse } from '../../../lib/http/pulse.ts';
import { RunningRequests } from '../../../lib/http/running-requests.ts';
import { systemClock } from '../../../lib/model/clock.ts';

const MiB = 1024 * 1024;

class FakeResponse extends EventEmitter {
  readonly writableLength: number;
  destroyed = false;

  constructor(unread: number) {
    super();
    this.writableLength = unread;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

test('of a client that asks and does not read what is too much is broken off, of nobody else', () => {
  const pulse = new Pulse(systemClock);
  const door = { config: { server: { limits: { maxRequestsPerClient: 100 } } } } as Door;
  const running = new RunningRequests(door, pulse, () => true);
  const begin = (subject: string, unread: number) => {
    const response = new FakeResponse(unread);
    const proven = {
      identity: { subject, clientId: subject, roles: [], proof: 'api-key' },
      credential: 'h',
      expiresMs: undefined,
    };
    assert.equal(running.begin({ proven, response } as unknown as Asked), undefined);
    return response;
  };
  const greedy = Array.from({ length: 20 }, () => begin('greedy', 8 * MiB));
  const other = begin('other', 100 * MiB);
  pulse.beat();
  assert.equal(greedy.filter(({ destroyed }) => !destroyed).length, 16);
  assert.equal(other.destroyed, false);
  assert.equal(running.size, 17);
  for (const response of [...greedy, other]) if (!response.destroyed) response.destroy();
  assert.deepEqual([running.size, pulse.size], [0, 0]);
  pulse.beat();
});
