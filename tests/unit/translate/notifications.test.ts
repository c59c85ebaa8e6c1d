import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noticeForClient } from '../../../lib/translate/notifications.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const TAGGED = '{"uri":"a:b","_meta":{"io.modelcontextprotocol/subscriptionId":7}}';
const PROGRESS = '{"progressToken":1,"progress":0.50,"message":"half"}';

test('a notification keeps what its client can take and loses the rest', () => {
  const rows: [method: string, from: string, to: string, given: string, becomes: string][] = [
    ['notifications/resources/updated', '2026-07-28', '2025-11-25', TAGGED, '{"uri":"a:b"}'],
    ['notifications/resources/updated', '2026-07-28', '2026-07-28', TAGGED, TAGGED],
    ['notifications/resources/updated', '2025-11-25', '2024-11-05', TAGGED, TAGGED],
    ['notifications/progress', '2026-07-28', '2024-11-05', PROGRESS, '{"progressToken":1,"progress":0.50}'],
    ['notifications/progress', '2025-11-25', '2024-11-05', PROGRESS, '{"progressToken":1,"progress":0.50}'],
    ['notifications/progress', '2026-07-28', '2025-03-26', PROGRESS, PROGRESS],
    [
      'notifications/message',
      '2026-07-28',
      '2024-11-05',
      '{"level":"info","message":1}',
      '{"level":"info","message":1}',
    ],
  ];
  for (const [method, from, to, given, becomes] of rows) {
    const params = Payload.of(given);
    const converted = noticeForClient(method, params, from, to);
    assert.equal(converted?.text(), becomes, `${method} ${from} ${to}`);
    if (given === becomes) assert.equal(converted, params);
  }
  assert.equal(noticeForClient('notifications/tools/list_changed', undefined, '2026-07-28', '2025-11-25'), undefined);
});
