/** The baseline: a Node process that only joins two pipes. */
import { spawn } from 'node:child_process';

const child = spawn(process.argv[2]!, process.argv.slice(3), { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(child.stdin);
child.stdout.pipe(process.stdout);
child.on('exit', () => process.exit());
