/**
 * The server under every measurement: answers `tools/call` with a text of a fixed size. `node echo.js BYTES [other|varied]`: the same
 * text each time, the same but for how it begins, or another one from beginning to end.
 */
import { answerLines, idOf, text } from './blocking-lines.ts';
import { VariedTexts } from './varied-texts.ts';

const bytes = Number(process.argv[2] ?? 150);
const mode = process.argv[3];
const varied = mode === 'varied' ? new VariedTexts(1) : undefined;
let calls = 0;

answerLines((line) => {
  const id = idOf(line);
  if (id === undefined) return '';
  if (line.includes('"initialize"')) {
    const version = /"protocolVersion":("[^"]*")/.exec(line)?.[1] ?? '"2025-11-25"';
    return `{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":${version},"capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}}\n`;
  }
  if (line.includes('"tools/list"')) {
    return `{"jsonrpc":"2.0","id":${id},"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}}\n`;
  }
  const wanted = Number(/"bytes":(\d+)/.exec(line)?.[1] ?? bytes);
  return `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":${told(wanted)}}]}}\n`;
});

/** The text of an answer, with its quotes. */
function told(wanted: number): string {
  if (varied !== undefined) return `"${varied.next(wanted)}"`;
  return mode === 'other' ? `"${++calls} ${text(wanted).slice(1)}` : text(wanted);
}
