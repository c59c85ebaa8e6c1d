import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askingTask,
  hasOutcome,
  isTerminal,
  notAskingTask,
  outcomeOf,
  taskResultForLegacy,
} from '../../../lib/translate/task-outcomes.ts';
import {
  createTaskResultForLegacy,
  createTaskResultForModern,
  type TaskDetail,
  taskForLegacy,
  taskForModern,
  taskNoticeForLegacy,
  taskNoticeForModern,
} from '../../../lib/translate/tasks.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const TIMES = '"createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:01Z"';
const RELATED = '"io.modelcontextprotocol/related-task"';
const INFO = '"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}';
const legacy = (status: string) => `{"taskId":"t","status":"${status}",${TIMES},"ttl":60000.0,"pollInterval":5,"x":1.0`;
const modern = (status: string) =>
  `{"taskId":"t","status":"${status}",${TIMES},"ttlMs":60000.0,"pollIntervalMs":5,"x":1.0`;
const result = (isError: boolean) => `{"content":[],"isError":${isError},"_meta":{${RELATED}:{"taskId":"t"}}}`;

test('the answer to a call that became a task is flat in the extension and nested in 2025-11-25', () => {
  assert.equal(
    createTaskResultForModern(Payload.of(`{"task":${legacy('working')}},"_meta":{"k":1.0},"y":2}`))?.text(),
    `{"resultType":"task",${modern('working').slice(1)},"_meta":{"k":1.0},"y":2}`,
  );
  assert.equal(
    createTaskResultForLegacy(
      Payload.of(`{"resultType":"task",${modern('working').slice(1)},"_meta":{${INFO},"k":1.0}}`),
    )?.text(),
    `{"task":${legacy('working')}},"_meta":{"k":1.0}}`,
  );
  assert.equal(
    createTaskResultForLegacy(
      Payload.of(`{"resultType":"task",${modern('working').slice(1)},"_meta":{${INFO}}}`),
    )?.text(),
    `{"task":${legacy('working')}}}`,
  );
});

test('what stands around a task cannot pass for a part of it', () => {
  assert.equal(
    createTaskResultForModern(
      Payload.of(
        '{"resultType":"complete","taskId":"other","task":{"taskId":"t","ttl":null,"ttlMs":1,"resultType":"x","result":{}},"_meta":{}}',
      ),
    )?.text(),
    '{"resultType":"task","taskId":"t","ttlMs":null,"_meta":{}}',
  );
});

test('an answer that holds no task, or one that can be read in two ways, is none', () => {
  for (const body of [
    '{}',
    '{"task":null}',
    '{"task":{}}',
    '{"task":{"taskId":7}}',
    '{"task":{"taskId":"a","taskId":"b"}}',
  ]) {
    assert.equal(createTaskResultForModern(Payload.of(body)), undefined, body);
  }
  assert.equal(createTaskResultForLegacy(Payload.of('{"resultType":"task"}')), undefined);
});

test('a task that runs is told alike in both dialects', () => {
  for (const status of ['working', 'cancelled']) {
    assert.equal(taskForModern(Payload.of(`${legacy(status)}}`)).text(), `${modern(status)},"resultType":"complete"}`);
    assert.equal(taskForLegacy(Payload.of(`${modern(status)},"resultType":"complete"}`)).text(), `${legacy(status)}}`);
    assert.equal(taskNoticeForModern(Payload.of(`${legacy(status)}}`))?.text(), `${modern(status)}}`);
  }
  assert.equal(
    taskForModern(Payload.of('{"taskId":"t","status":"working"}')).text(),
    '{"taskId":"t","status":"working","ttlMs":null,"resultType":"complete"}',
  );
  assert.equal(
    taskForLegacy(Payload.of('{"taskId":"t","status":"working"}')).text(),
    '{"taskId":"t","status":"working","ttl":null}',
  );
});

test('a task that ended carries how it ended in the extension', () => {
  const shown = (status: string, detail: TaskDetail) => taskForModern(Payload.of(`${legacy(status)}}`), detail).text();
  const inner = (isError: boolean) => `{"content":[],"isError":${isError},"resultType":"complete"}`;
  assert.equal(
    shown('completed', { result: Payload.of(result(false)) }),
    `${modern('completed')},"result":${inner(false)},"resultType":"complete"}`,
  );
  assert.equal(
    shown('failed', { result: Payload.of(result(true)) }),
    `${modern('completed')},"result":${inner(true)},"resultType":"complete"}`,
    'a tool that failed is a task that completed',
  );
  assert.equal(
    shown('failed', { error: Payload.of('{"code":-32002,"message":"m"}') }),
    `${modern('failed')},"error":{"code":-32602,"message":"m"},"resultType":"complete"}`,
  );
  assert.equal(
    shown('completed', { error: Payload.of('{"code":1,"message":"gone"}') }),
    `${modern('failed')},"error":{"code":1,"message":"gone"},"resultType":"complete"}`,
  );
  assert.equal(
    shown('working', { result: Payload.of(result(false)) }),
    `${modern('working')},"resultType":"complete"}`,
  );
});

test('a task that awaits input carries its questions in the extension', () => {
  const inputRequests = [{ key: 'q', method: 'roots/list', params: undefined }];
  const asking = Payload.of(`${legacy('input_required')}}`);
  const told = `${modern('input_required')},"inputRequests":{"q":{"method":"roots/list"}}`;
  assert.equal(taskForModern(asking, { inputRequests }).text(), `${told},"resultType":"complete"}`);
  assert.equal(taskNoticeForModern(asking, { inputRequests })?.text(), `${told}}`);
  assert.equal(taskForLegacy(Payload.of(`${told},"resultType":"complete"}`)).text(), `${legacy('input_required')}}`);
});

test('a task whose outcome or questions are not known is working still, and no news', () => {
  for (const status of ['completed', 'failed', 'input_required']) {
    const task = Payload.of(`${legacy(status)}}`);
    assert.equal(taskForModern(task).text(), `${modern('working')},"resultType":"complete"}`);
    assert.equal(taskNoticeForModern(task), undefined);
  }
});

test('a tool that failed is a task that failed in 2025-11-25', () => {
  const ended = (status: string, detail: string) =>
    taskNoticeForLegacy(
      Payload.of(`${modern(status)},${detail},"_meta":{"io.modelcontextprotocol/subscriptionId":1}}`),
    ).text();
  assert.equal(ended('completed', '"result":{"content":[],"isError":true}'), `${legacy('failed')}}`);
  assert.equal(ended('completed', '"result":{"content":[],"isError":false}'), `${legacy('completed')}}`);
  assert.equal(ended('failed', '"error":{"code":1,"message":"m"}'), `${legacy('failed')}}`);
});

test('how a task ended is asked for with tasks/result in 2025-11-25', () => {
  const ended = (task: string) => {
    const outcome = outcomeOf(Payload.of(task));
    return outcome && ('result' in outcome ? outcome.result : outcome.error).text();
  };
  assert.equal(ended('{"status":"completed","result":{"a":1.0}}'), '{"a":1.0}');
  assert.equal(ended('{"status":"failed","error":{"code":1}}'), '{"code":1}');
  for (const task of [
    '{"status":"working","result":{}}',
    '{"status":"completed"}',
    '{"status":"failed","error":7}',
    '{}',
  ]) {
    assert.equal(ended(task), undefined, task);
  }
  assert.equal(
    taskResultForLegacy(
      't"',
      Payload.of(`{"resultType":"complete","content":[],"structuredContent":1,"_meta":{${INFO},"k":1}}`),
    ).text(),
    `{"content":[{"type":"text","text":"1"}],"_meta":{"k":1,${RELATED}:{"taskId":"t\\""}}}`,
  );
  assert.equal(
    taskResultForLegacy('t', Payload.of('{"content":[]}')).text(),
    `{"content":[],"_meta":{${RELATED}:{"taskId":"t"}}}`,
  );
});

test('only three states are the last, and only two have an outcome', () => {
  const states = ['working', 'input_required', 'completed', 'failed', 'cancelled', 'other', undefined];
  assert.deepEqual(states.filter(isTerminal), ['completed', 'failed', 'cancelled']);
  assert.deepEqual(states.filter(hasOutcome), ['completed', 'failed']);
});

test('a task is asked for in the parameters of 2025-11-25 and nowhere else', () => {
  assert.equal(askingTask(Payload.of('{"name":"t"}')).text(), '{"name":"t","task":{}}');
  const asks = Payload.of('{"name":"t","task":{"ttl":1.0}}');
  assert.equal(askingTask(asks), asks);
  assert.equal(notAskingTask(asks).text(), '{"name":"t"}');
});
