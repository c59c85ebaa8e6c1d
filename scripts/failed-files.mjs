// A reporter of Node's test runner: prints the file of every test that failed, once, as the compiled file's path.
import { relative } from 'node:path';

// biome-ignore lint/style/noDefaultExport: Node's runner takes a reporter as the default export of its file.
export default async function* failedFiles(events) {
  const told = new Set();
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || data.file === undefined) continue;
    const source = relative(process.cwd(), data.file);
    const file = (source.startsWith('build/') ? source : `build/${source}`).replace(/\.ts$/, '.js');
    if (told.has(file)) continue;
    told.add(file);
    yield `${file}\n`;
  }
}
