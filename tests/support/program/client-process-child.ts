import { clientProcess } from '../../../backends/client-process.ts';

// Says which program it takes for the client, and ends with its standard input.
process.stdout.write(`${clientProcess()}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
