import { CONFIG, HabitScene } from '../../tests/support/policy/habits.ts';

const BATCH = 2000;
const BATCHES = 31;

/** What a call costs that is judged and learned from, in microseconds of the processor: the median over batches. */
function microseconds(args: Readonly<Record<string, unknown>>): number {
  const scene = new HabitScene({
    ...CONFIG,
    features: ['rate', 'new_tool', 'arg_shape', 'bytes_out', 'bytes_in', 'hour'],
  });
  scene.learn(5000, (index) => ({ tool: `files/tool_${index % 30}`, args }));
  const times: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const started = process.cpuUsage();
    for (let i = 0; i < BATCH; i++) scene.call({ tool: `files/tool_${i % 30}`, args, bytes: 100 + (i % 50) });
    times.push(process.cpuUsage(started).user / BATCH);
  }
  return times.sort((a, b) => a - b)[BATCHES >> 1]!;
}

const small = { path: '/home/ana/project/src/orders.ts', head: 20 };
const large = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`field_${at}`, 'a few words '.repeat(at)]));
process.stdout.write(
  `anomaly: 2 arguments ${microseconds(small).toFixed(2)} µs, 40 arguments ${microseconds(large).toFixed(2)} µs a call\n`,
);
