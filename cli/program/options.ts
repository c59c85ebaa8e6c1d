import { Option } from 'commander';

/** What the process ends with once a command is done. */
export type Finish = (code: number) => void;

export const jsonOption = () => new Option('--json', 'print JSON, one object or one a line');
export const configOption = () =>
  new Option('-c, --config <file>', 'config file [$SALLYPORT_CONFIG, then the user config]');
export const clientOption = () =>
  new Option('--client <name>', 'the client, as `policies.agents` and `tenants` name it [local]');
export const profileOption = () => new Option('--profile <profile>', 'built-in rules').choices(['balanced', 'strict']);
export const serveOption = () => new Option('--serve', 'read it as `serve` does');
export const observeOption = () => new Option('--observe', 'decide and record, but block nothing');
export const traceOption = () => new Option('--trace-frames <file>', 'write every byte that passes to a file');

/** Gathers the values of an option that may be repeated. */
export const list = (value: string, all: string[] = []) => [...all, value];
