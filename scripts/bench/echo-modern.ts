/** The same server in 2026-07-28: one process that all sessions of a principal share. `node echo-modern.js BYTES` */
import { answerLines, idOf, text } from './blocking-lines.ts';

const bytes = Number(process.argv[2] ?? 150);
const COMPLETE = '"resultType":"complete"';
const FRESH = '"ttlMs":60000,"cacheScope":"public"';

answerLines((line) => {
  const id = idOf(line);
  if (id === undefined) return '';
  const answer = (members: string) => `{"jsonrpc":"2.0","id":${id},"result":{${COMPLETE},${members}}}\n`;
  if (line.includes('"tools/call"')) return answer(`"content":[{"type":"text","text":${text(bytes)}}]`);
  if (line.includes('"server/discover"')) {
    return answer(`"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},${FRESH}`);
  }
  if (line.includes('"tools/list"')) {
    return answer(`"tools":[{"name":"echo","inputSchema":{"type":"object"}}],${FRESH}`);
  }
  return `{"jsonrpc":"2.0","id":${id},"error":{"code":-32601,"message":"no such method"}}\n`;
});
