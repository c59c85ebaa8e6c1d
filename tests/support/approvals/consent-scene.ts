import type { TestContext } from 'node:test';
import { createEngine, type EngineOptions } from '../engine/engine.ts';
import type { Message } from '../mcp/lines.ts';
import { ScriptedApprovals } from './scripted-approvals.ts';

export const ASKS = 'policies: { default: allow, tools: { "server/work": { action: require_approval } } }\n';
const TOOLS = [
  { name: 'work', inputSchema: { type: 'object' } },
  { name: 'other', inputSchema: { type: 'object' } },
];

/** A legacy client of a gateway that asks people about `work`. */
export async function consentScene(t: TestContext, options: EngineOptions = {}, capabilities: Message = {}) {
  const approvals = new ScriptedApprovals();
  const engine = createEngine(t, { config: ASKS, approvals, ...options });
  engine.server.tools = TOOLS;
  const client = engine.client('ana');
  await client.initialize({ capabilities });
  await client.ask('tools/list');
  /** Calls `work` and resolves once somebody is asked. */
  const callWork = async (args: Message = { n: 1 }, id = 'mine') => {
    const before = approvals.sought.length;
    const params = { name: 'work', arguments: args, _meta: { progressToken: `token of ${id}` } };
    client.send({ jsonrpc: '2.0', id, method: 'tools/call', params });
    return approvals.asked(before);
  };
  /** What the log has of calls of tools. */
  const told = () =>
    engine.audit.records.flatMap((record) => {
      if (record.kind === 'call' && record.call.action === 'tools/call') {
        const { effect, reason, agreed } = record.decision;
        return [[effect, reason?.code, agreed?.grant].filter((part) => part !== undefined).join(' ')];
      }
      return record.kind === 'done' && record.call.action === 'tools/call' ? [record.done.outcome] : [];
    });
  /** Runs what somebody outside does, as the desk would. */
  const outside = (work: () => void) => engine.gateway.turn.run(work);
  return { ...engine, approvals, client, callWork, told, outside };
}

/** The code of the denial a call is answered with. */
export const codeOf = (answer: Message) => answer.result._meta['dev.sallyport/denial'].code;
