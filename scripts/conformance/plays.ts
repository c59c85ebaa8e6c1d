import type { Client, ClientOptions } from '@modelcontextprotocol/client';

/** What the suite tells the client besides the URL. */
export interface Context {
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}

/** What a client does in one scenario, once it is connected. */
export interface Play {
  readonly capabilities?: ClientOptions['capabilities'];
  readonly answer?: Record<string, string | boolean>;
  act(client: Client, context: Context): Promise<void>;
}

const call = (client: Client, name: string, args: Record<string, unknown> = {}) =>
  client.callTool({ name, arguments: args });

const list: Play['act'] = async (client) => void (await client.listTools());

/** Lists, then makes these calls. A refused call is for the scenario to judge. */
const calls =
  (...names: string[]): Play['act'] =>
  async (client) => {
    await client.listTools();
    for (const name of names) await call(client, name).catch(note);
  };

/** By the name of the scenario. */
export const PLAYS: Readonly<Record<string, Play>> = {
  initialize: { act: list },
  'request-metadata': { capabilities: { roots: {}, sampling: {}, elicitation: {} }, act: list },
  'json-schema-ref-no-deref': { act: list },
  tools_call: {
    act: async (client) => {
      await client.listTools();
      await call(client, 'add_numbers', { a: 5, b: 3 });
    },
  },
  'elicitation-sep1034-client-defaults': {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    answer: {},
    act: calls('test_client_elicitation_defaults'),
  },
  'sse-retry': { act: calls('test_reconnection') },
  'sep-2322-client-request-state': {
    capabilities: { elicitation: {} },
    answer: { confirmed: true },
    act: calls('test_mrtr_echo_state', 'test_mrtr_no_state', 'test_mrtr_unrelated', 'test_mrtr_no_result_type'),
  },
  'http-standard-headers': {
    act: async (client) => {
      const { tools } = await client.listTools();
      for (const { name } of tools) await call(client, name);
      const { resources } = await client.listResources();
      for (const { uri } of resources) await client.readResource({ uri });
      const { prompts } = await client.listPrompts();
      for (const { name } of prompts) await client.getPrompt({ name });
    },
  },
  'http-custom-headers': {
    act: async (client, { toolCalls = [] }) => {
      await client.listTools();
      for (const { name, arguments: args } of toolCalls) await call(client, name, args);
    },
  },
  'http-invalid-tool-headers': {
    act: async (client) => {
      const { tools } = await client.listTools();
      for (const { name } of tools) await call(client, name, { region: 'us-west1' }).catch(note);
    },
  },
  'json-schema-2020-12-preservation': {
    act: async (client) => {
      const { tools } = await client.listTools();
      const { inputSchema } = tools.find(({ name }) => name === 'json_schema_2020_12_tool')!;
      await call(client, 'json_schema_echo', { schema: inputSchema });
    },
  },
};

function note(error: unknown): void {
  console.error(String(error));
}
