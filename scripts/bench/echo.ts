/** The server under every measurement: answers `tools/call` with a text of a fixed size. `node echo.js BYTES` */
import { answerLines, idOf, text } from './blocking-lines.ts';

const bytes = Number(process.argv[2] ?? 150);

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
  return `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":${text(wanted)}}]}}\n`;
});
