/** What a statement is called and whether it needs people's attention, by its node in the tree of PostgreSQL. */
interface Kind {
  readonly kind: string;
  readonly destructive?: true;
  readonly opaque?: string;
  readonly readsOnly?: true;
}

const CODE = 'it defines code that is run later';
const RUNS = 'it runs code that cannot be seen';

/** Statements with a name of their own; all others are named by the words of their node. */
const KINDS: Readonly<Record<string, Kind>> = {
  VariableShowStmt: { kind: 'SHOW', readsOnly: true },
  ExplainStmt: { kind: 'EXPLAIN', readsOnly: true },
  VariableSetStmt: { kind: 'SET' },
  TransactionStmt: { kind: 'TRANSACTION' },
  ClosePortalStmt: { kind: 'CLOSE', readsOnly: true },
  FetchStmt: { kind: 'FETCH', readsOnly: true, opaque: 'it reads what a cursor was declared for' },
  DeclareCursorStmt: { kind: 'DECLARE CURSOR' },
  PrepareStmt: { kind: 'PREPARE' },
  ExecuteStmt: { kind: 'EXECUTE', opaque: 'it runs what was prepared before' },
  DeallocateStmt: { kind: 'DEALLOCATE' },
  DoStmt: { kind: 'DO', destructive: true, opaque: RUNS },
  CallStmt: { kind: 'CALL', opaque: RUNS },
  LoadStmt: { kind: 'LOAD', destructive: true, opaque: RUNS },
  LockStmt: { kind: 'LOCK' },
  VacuumStmt: { kind: 'VACUUM' },
  ClusterStmt: { kind: 'CLUSTER' },
  CheckPointStmt: { kind: 'CHECKPOINT' },
  RefreshMatViewStmt: { kind: 'REFRESH MATERIALIZED VIEW', opaque: 'it reads what the view is made of' },
  CreateStmt: { kind: 'CREATE TABLE' },
  CreateTableAsStmt: { kind: 'CREATE TABLE AS' },
  IndexStmt: { kind: 'CREATE INDEX' },
  ViewStmt: { kind: 'CREATE VIEW' },
  CreateSchemaStmt: { kind: 'CREATE SCHEMA' },
  CreateSeqStmt: { kind: 'CREATE SEQUENCE' },
  CreateFunctionStmt: { kind: 'CREATE FUNCTION', destructive: true, opaque: CODE },
  CreateTrigStmt: { kind: 'CREATE TRIGGER', destructive: true, opaque: CODE },
  CreateEventTrigStmt: { kind: 'CREATE EVENT TRIGGER', destructive: true, opaque: CODE },
  RuleStmt: { kind: 'CREATE RULE', destructive: true, opaque: CODE },
  CreatePolicyStmt: { kind: 'CREATE POLICY', destructive: true },
  CreateCastStmt: { kind: 'CREATE CAST', destructive: true, opaque: CODE },
  CreatePLangStmt: { kind: 'CREATE LANGUAGE', destructive: true, opaque: CODE },
  CreateExtensionStmt: { kind: 'CREATE EXTENSION', destructive: true, opaque: CODE },
  CreateFdwStmt: { kind: 'CREATE FOREIGN DATA WRAPPER', destructive: true, opaque: CODE },
  CreateForeignServerStmt: { kind: 'CREATE SERVER', destructive: true, opaque: 'it reaches other servers' },
  CreateForeignTableStmt: { kind: 'CREATE FOREIGN TABLE', destructive: true, opaque: 'it reaches other servers' },
  CreateUserMappingStmt: { kind: 'CREATE USER MAPPING', destructive: true, opaque: 'it reaches other servers' },
  ImportForeignSchemaStmt: { kind: 'IMPORT FOREIGN SCHEMA', destructive: true, opaque: 'it reaches other servers' },
  CreateSubscriptionStmt: { kind: 'CREATE SUBSCRIPTION', destructive: true, opaque: 'it reaches other servers' },
  CreatePublicationStmt: { kind: 'CREATE PUBLICATION', destructive: true, opaque: 'it reaches other servers' },
  CreateRoleStmt: { kind: 'CREATE ROLE', destructive: true },
  CreatedbStmt: { kind: 'CREATE DATABASE', destructive: true },
  DropStmt: { kind: 'DROP', destructive: true },
  DropdbStmt: { kind: 'DROP DATABASE', destructive: true, opaque: 'it drops everything in it' },
  DropOwnedStmt: { kind: 'DROP OWNED', destructive: true, opaque: 'it drops whatever is owned' },
  ReassignOwnedStmt: { kind: 'REASSIGN OWNED', destructive: true, opaque: 'it changes whatever is owned' },
  TruncateStmt: { kind: 'TRUNCATE', destructive: true },
  GrantStmt: { kind: 'GRANT', destructive: true },
  GrantRoleStmt: { kind: 'GRANT', destructive: true, opaque: 'it hands out a role' },
  SecLabelStmt: { kind: 'SECURITY LABEL', destructive: true },
  RenameStmt: { kind: 'ALTER RENAME', destructive: true },
  CommentStmt: { kind: 'COMMENT', opaque: 'it may speak of any object' },
  InsertStmt: { kind: 'INSERT' },
  UpdateStmt: { kind: 'UPDATE' },
  DeleteStmt: { kind: 'DELETE' },
  MergeStmt: { kind: 'MERGE' },
  CopyStmt: { kind: 'COPY' },
};

/** Kinds whose tables all stand in the text as tables, so that nothing else has to be known. */
const PLAIN = /^(?:ALTER TABLE|ALTER RENAME|ALTER OBJECT SCHEMA|NOTIFY|LISTEN|UNLISTEN|DISCARD)$/;

/** `AlterTableSpaceOptionsStmt` is ALTER TABLE SPACE OPTIONS. */
export function postgresKind(node: string): Kind {
  const known = Object.hasOwn(KINDS, node) ? KINDS[node] : undefined;
  if (known !== undefined) return known;
  const kind = node
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
  const opaque = PLAIN.test(kind) ? {} : { opaque: 'statements of this kind are not looked into' };
  return /^(?:DROP|ALTER)\b/.test(kind) ? { kind, destructive: true, ...opaque } : { kind, ...opaque };
}
