import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HabitFile } from '../../../backends/habits/habit-file.ts';
import type { HabitEvent, Habits } from '../../../lib/model/anomaly.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { CONFIG, DAY, MINUTE, START } from '../../support/policy/habits.ts';

/** One gateway of several that share a folder. */
class OneGateway {
  readonly told: HabitEvent[] = [];
  readonly file: HabitFile;
  readonly #habits: Habits;
  #count = 0;
  nowMs = START;

  constructor(dir: string) {
    this.file = new HabitFile(dir, (event) => this.told.push(event));
    this.#habits = this.file.open({ ...CONFIG, learnMs: DAY / 100 }, 'learn');
  }

  call(tool = 'files/read', account = 'ana'): string | undefined {
    const id = `D${this.#count++}`;
    this.nowMs += MINUTE;
    const traits = { id, account, tool, atMs: this.nowMs, bytes: 100 + (this.#count % 5), args: { path: '/a' } };
    const { unusual } = this.#habits.call(traits);
    this.#habits.ended(id, unusual === undefined, 100);
    return unusual?.feature;
  }

  work(calls: number): this {
    for (let i = 0; i < calls; i++) this.call();
    return this;
  }
}

const folder = (t: TestContext) => join(temporaryFolder(t), 'habits');
const callsIn = (dir: string) => new HabitFile(dir, () => {}).look().accounts.get('ana')?.calls;

test('what several gateways learn at once adds up, and the next one judges by it', (t) => {
  const dir = folder(t);
  const some = new OneGateway(dir).work(40);
  const others = new OneGateway(dir).work(50);
  some.file.close();
  others.file.close();
  assert.equal(callsIn(dir), 90);
  const next = new OneGateway(dir);
  assert.equal(next.call('files/delete_all'), undefined, 'neither had learned enough to score all of them');
  next.work(60);
  assert.equal(next.call('files/delete_more'), 'new_tool');
  next.file.close();
  assert.deepEqual(
    [some.told, others.told.length, next.told],
    [['anomaly_learning'], 0, ['anomaly_learned', 'anomaly']],
  );
});

test('a journal that was removed while gateways run comes back with what they know', (t) => {
  const dir = folder(t);
  const gateway = new OneGateway(dir).work(40);
  rmSync(dir, { recursive: true });
  gateway.file.close();
  // What was not written when it was removed may count twice, which changes no share.
  assert.ok(callsIn(dir)! >= 40, `${callsIn(dir)}`);
});

test('files that hold anything else are put aside and told, and a torn last line is no loss', (t) => {
  const dir = folder(t);
  new OneGateway(dir).work(40).file.close();
  const [name] = readdirSync(dir);
  const file = join(dir, name!);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, `${whole}\n["learned","x",[["ana",[[1`);
  assert.equal(callsIn(dir), 40);
  for (const broken of [
    '',
    'null\n',
    '[]\n',
    '["sallyport habits 1","00",[]]\n',
    whole.replace('[', '{'),
    '\u0000'.repeat(100),
  ]) {
    writeFileSync(file, broken);
    const gateway = new OneGateway(dir);
    assert.deepEqual(gateway.told, ['anomaly_profiles_lost'], JSON.stringify(broken.slice(0, 40)));
    gateway.work(3).file.close();
    assert.equal(callsIn(dir), 3);
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
  }
});

test('where nothing can be written, it is told once and everything goes on in memory', (t) => {
  const dir = folder(t);
  mkdirSync(dir, { recursive: true });
  rmSync(dir, { recursive: true });
  writeFileSync(dir, 'a file where the folder would be');
  chmodSync(dir, 0o400);
  writeFileSync(`${dir}.broken`, '');
  rmSync(`${dir}.broken`);
  const gateway = new OneGateway(dir).work(30);
  gateway.file.close();
  assert.equal(gateway.told.filter((event) => event === 'anomaly_profiles_lost').length, 1);
});

test('what somebody has forgotten is forgotten by the gateways that run', (t) => {
  const dir = folder(t);
  const gateway = new OneGateway(dir).work(20);
  gateway.file.close();
  const running = new OneGateway(dir).work(10);
  assert.equal(new HabitFile(dir, () => {}).forget('ana', undefined), 1);
  running.work(1).file.close();
  assert.equal(callsIn(dir), undefined, 'what it had not written yet is forgotten as well');
});

test('who looks makes nothing', (t) => {
  const dir = folder(t);
  const file = new HabitFile(dir, () => {});
  const habits = file.open(CONFIG, 'look');
  const traits = { id: 'D1', account: 'ana', tool: 'files/read', atMs: START, bytes: 1, args: {} };
  assert.equal(habits.call(traits).learning?.calls, 0);
  assert.equal(file.look().accounts.size, 0);
  file.close();
  assert.throws(() => readdirSync(dir), /ENOENT/);
});
