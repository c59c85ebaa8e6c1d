/** What is known of a statement by its node in the tree of sqlparser. */
export interface GenericKind {
  readonly kind: string;
  readonly readsOnly?: true;
  readonly destructive?: true;
  readonly opaque?: string;
  /** Keys under which names of tables stand that it changes, or reads. */
  readonly writes?: readonly string[];
  readonly reads?: readonly string[];
  /** Keys under which names of procedures stand. */
  readonly calls?: readonly string[];
}

const CODE = 'it defines code that is run later';
const RUNS = 'it runs code that cannot be seen';
const FILES = 'it reaches files or other databases';

/** Statements that are known; all others are named by the words of their node and not looked into. */
const KINDS: Readonly<Record<string, GenericKind>> = {
  Explain: { kind: 'EXPLAIN', readsOnly: true },
  ExplainTable: { kind: 'DESCRIBE', readsOnly: true, reads: ['table_name'] },
  ShowTables: { kind: 'SHOW TABLES', readsOnly: true },
  ShowDatabases: { kind: 'SHOW DATABASES', readsOnly: true },
  ShowSchemas: { kind: 'SHOW SCHEMAS', readsOnly: true },
  ShowViews: { kind: 'SHOW VIEWS', readsOnly: true },
  ShowColumns: { kind: 'SHOW COLUMNS', readsOnly: true, reads: ['parent_name'] },
  ShowCreate: { kind: 'SHOW CREATE', readsOnly: true, reads: ['obj_name'] },
  ShowVariable: { kind: 'SHOW', readsOnly: true, opaque: 'it may show any object' },
  ShowVariables: { kind: 'SHOW VARIABLES', readsOnly: true },
  ShowStatus: { kind: 'SHOW STATUS', readsOnly: true },
  ShowProcessList: { kind: 'SHOW PROCESSLIST', readsOnly: true, opaque: 'it shows texts of others' },
  ShowCollation: { kind: 'SHOW COLLATION', readsOnly: true },
  ShowFunctions: { kind: 'SHOW FUNCTIONS', readsOnly: true },
  Insert: { kind: 'INSERT', writes: ['table'] },
  Update: { kind: 'UPDATE' },
  Delete: { kind: 'DELETE', writes: ['tables'] },
  Merge: { kind: 'MERGE' },
  Drop: { kind: 'DROP', destructive: true, writes: ['names'] },
  DropFunction: { kind: 'DROP FUNCTION', destructive: true },
  DropProcedure: { kind: 'DROP PROCEDURE', destructive: true },
  DropTrigger: { kind: 'DROP TRIGGER', destructive: true },
  Truncate: { kind: 'TRUNCATE', destructive: true, writes: ['name'] },
  AlterTable: { kind: 'ALTER TABLE', destructive: true, writes: ['name', 'To', 'As'] },
  RenameTable: { kind: 'RENAME TABLE', destructive: true, writes: ['old_name', 'new_name'] },
  CreateTable: { kind: 'CREATE TABLE', writes: ['name'], reads: ['like', 'clone', 'foreign_table'] },
  CreateView: { kind: 'CREATE VIEW', writes: ['name'] },
  CreateIndex: { kind: 'CREATE INDEX', writes: ['table_name'] },
  CreateVirtualTable: { kind: 'CREATE VIRTUAL TABLE', destructive: true, opaque: FILES },
  CreateFunction: { kind: 'CREATE FUNCTION', destructive: true, opaque: CODE },
  CreateProcedure: { kind: 'CREATE PROCEDURE', destructive: true, opaque: CODE },
  CreateTrigger: { kind: 'CREATE TRIGGER', destructive: true, opaque: CODE },
  CreateMacro: { kind: 'CREATE MACRO', destructive: true, opaque: CODE },
  CreateExtension: { kind: 'CREATE EXTENSION', destructive: true, opaque: CODE },
  CreateRole: { kind: 'CREATE ROLE', destructive: true },
  CreateUser: { kind: 'CREATE USER', destructive: true },
  CreateStage: { kind: 'CREATE STAGE', destructive: true, opaque: FILES },
  CreateSecret: { kind: 'CREATE SECRET', destructive: true },
  CreateServer: { kind: 'CREATE SERVER', destructive: true, opaque: FILES },
  CreateConnector: { kind: 'CREATE CONNECTOR', destructive: true, opaque: FILES },
  Analyze: { kind: 'ANALYZE', writes: ['table_name'] },
  Grant: { kind: 'GRANT', destructive: true, opaque: 'it is about rights' },
  Revoke: { kind: 'REVOKE', destructive: true, opaque: 'it is about rights' },
  Deny: { kind: 'DENY', destructive: true, opaque: 'it is about rights' },
  Copy: { kind: 'COPY', writes: ['table_name'] },
  CopyIntoSnowflake: { kind: 'COPY FILE', destructive: true, opaque: FILES },
  ExportData: { kind: 'EXPORT DATA', destructive: true, opaque: FILES },
  Unload: { kind: 'UNLOAD', destructive: true, opaque: FILES },
  LoadData: { kind: 'LOAD DATA', destructive: true, opaque: FILES },
  Load: { kind: 'LOAD', destructive: true, opaque: FILES },
  Install: { kind: 'INSTALL', destructive: true, opaque: FILES },
  AttachDatabase: { kind: 'ATTACH', destructive: true, opaque: FILES },
  AttachDuckDBDatabase: { kind: 'ATTACH', destructive: true, opaque: FILES },
  DetachDuckDBDatabase: { kind: 'DETACH', destructive: true, opaque: FILES },
  Directory: { kind: 'INSERT DIRECTORY', destructive: true, opaque: FILES },
  Pragma: { kind: 'PRAGMA' },
  Kill: { kind: 'KILL', destructive: true },
  Execute: { kind: 'EXECUTE', opaque: RUNS, calls: ['name'] },
  Call: { kind: 'CALL', opaque: RUNS },
  Prepare: { kind: 'PREPARE' },
  StartTransaction: { kind: 'BEGIN' },
  Set: { kind: 'SET' },
  Use: { kind: 'USE', opaque: 'it changes what names mean' },
  Fetch: { kind: 'FETCH', opaque: 'it reads what a cursor was declared for' },
  LockTables: { kind: 'LOCK', opaque: 'it locks tables' },
};

/** `CreateSequence` is CREATE SEQUENCE. */
export function genericKind(node: string): GenericKind {
  const known = Object.hasOwn(KINDS, node) ? KINDS[node] : undefined;
  if (known !== undefined) return known;
  const kind = node.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
  const opaque = 'statements of this kind are not looked into';
  return /^(?:DROP|ALTER|RAISE|VACUUM)\b/.test(kind) ? { kind, destructive: true, opaque } : { kind, opaque };
}
