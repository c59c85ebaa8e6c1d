import type { SqlName } from '../../parse/sql/facts.ts';

/** Functions that reach files, the network or programs, or administer the server, of any dialect. */
const NAMES: ReadonlySet<string> = new Set(
  `database_to_xml database_to_xml_and_xmlschema query_to_xml query_to_xml_and_xmlschema cursor_to_xml table_to_xml
table_to_xml_and_xmlschema schema_to_xml schema_to_xml_and_xmlschema
lo_import lo_export lo_unlink lo_put lo_from_bytea lo_create lo_truncate pg_stat_file pg_file_write pg_file_unlink pg_file_rename
pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_create_restore_point
pg_start_backup pg_stop_backup pg_backup_start pg_backup_stop pg_wal_replay_pause pg_wal_replay_resume
pg_logical_emit_message pg_log_backend_memory_contexts pg_import_system_collations pg_current_logfile
pg_execute_server_program pg_notify pg_export_snapshot
load_file sys_exec sys_eval sys_get sys_set lib_mysqludf_sys_info
load_extension readfile writefile fts3_tokenizer edit
openrowset openquery opendatasource
read_csv read_csv_auto read_json read_json_auto read_ndjson read_parquet parquet_scan read_text read_blob sniff_csv
sqlite_scan postgres_scan mysql_scan postgres_query mysql_query sqlite_attach getenv delta_scan iceberg_scan st_read
query query_table
external_query`.split(/\s+/),
);
const PREFIXES =
  /^(?:pg_read_|pg_ls_|dblink|pg_create_(?:physical|logical)_|pg_drop_repl|pg_replication_|pg_logical_slot_|pg_copy_|xp_|sp_oa|sp_configure|sp_addsrv|sp_addlinked|sp_executesql|sp_makewebtask|sp_add_job|sp_start_job|sp_execute_external|utl_|dbms_|system\$)/;

/** Functions that change something, though they stand in queries. */
const WRITING: ReadonlySet<string> = new Set([
  'set_config',
  'setval',
  'nextval',
  'setseed',
  'get_lock',
  'release_lock',
  'release_all_locks',
  'pg_advisory_lock',
  'pg_advisory_xact_lock',
  'pg_stat_reset',
  'lowrite',
  'lo_open',
]);

export function isDangerous(name: SqlName): boolean {
  const last = plain(name);
  return NAMES.has(last) || PREFIXES.test(last);
}

export function isWriting(name: SqlName): boolean {
  return WRITING.has(plain(name));
}

/** Small letters, without marks and compatibility forms that some collations do not tell apart. */
export function plain(name: SqlName): string {
  return name.at(-1)!.normalize('NFKD').replace(/\p{M}/gu, '').trimEnd().toLowerCase();
}
