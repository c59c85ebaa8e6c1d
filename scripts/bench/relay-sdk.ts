/** What most gateways are: an official Server in front, an official Client behind, every message through both. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const client = new Client({ name: 'relay', version: '1' }, { capabilities: {} });
await client.connect(new StdioClientTransport({ command: process.argv[2]!, args: process.argv.slice(3) }));
const server = new Server({ name: 'relay', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, ({ params }) => client.listTools(params));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => client.callTool(params));
server.onclose = () => void client.close();
await server.connect(new StdioServerTransport());
process.stdin.on('end', () => void client.close().then(() => process.exit(0)));
