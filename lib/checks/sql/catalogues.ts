import type { SqlDialect } from '../../model/rules.ts';
import type { SqlName } from '../../parse/sql/facts.ts';

/** Tables that tell names and shapes of things and hold nobody's rows: reading them is finding one's way. */
const PG_CATALOG: ReadonlySet<string> = new Set(
  `pg_am pg_attrdef pg_attribute pg_class pg_collation pg_constraint pg_database pg_depend pg_description pg_enum
pg_extension pg_foreign_table pg_index pg_indexes pg_inherits pg_language pg_matviews pg_namespace pg_operator
pg_partitioned_table pg_policies pg_policy pg_proc pg_range pg_roles pg_rules pg_sequence pg_sequences pg_shdescription
pg_stat_all_tables pg_stat_user_indexes pg_stat_user_tables pg_statio_user_tables pg_tables pg_tablespace pg_trigger
pg_type pg_user pg_views`.split(/\s+/),
);
const INFORMATION_SCHEMA =
  /^(?:tables|columns|schemata|views|table_constraints|key_column_usage|constraint_column_usage|constraint_table_usage|referential_constraints|check_constraints|routines|parameters|sequences|domains|triggers|statistics|table_privileges|element_types|enabled_roles|character_sets|collations|engines|partitions)$/;
const OF_DIALECT: Readonly<Partial<Record<SqlDialect, RegExp>>> = {
  sqlite: /^(?:main\.)?(?:sqlite_(?:master|schema|sequence)|pragma_\w+)$/,
  mssql:
    /^(?:\w+\.)?sys\.(?:tables|columns|schemas|objects|views|indexes|index_columns|foreign_keys|foreign_key_columns|types|databases|all_columns|all_objects|key_constraints|default_constraints|check_constraints|procedures|parameters|extended_properties)$/,
  duckdb: /^duckdb_(?:tables|columns|schemas|views|constraints|indexes)$/,
};

export function isCatalogue(name: SqlName, dialect: SqlDialect): boolean {
  const [schema, table] = [name.at(-2)?.toLowerCase(), name.at(-1)!.toLowerCase()];
  if (schema === 'information_schema') return INFORMATION_SCHEMA.test(table);
  if (dialect === 'postgres') return (schema === undefined || schema === 'pg_catalog') && PG_CATALOG.has(table);
  return OF_DIALECT[dialect]?.test(name.join('.').toLowerCase()) === true;
}

/** Tables of the server that hold rows, values or texts of any table. */
const LEAKS =
  /^(?:pg_stats|pg_stats_ext|pg_stats_ext_exprs|pg_statistic|pg_statistic_ext_data|pg_stat_activity|pg_stat_statements|pg_largeobject|pg_prepared_statements|pg_cursors|pg_shadow|pg_authid|pg_user_mappings?|pg_toast_\d+|column_statistics|processlist|innodb_\w+|events_statements_\w+|dm_exec_\w+|sqlite_stat\d|sqlite_dbpage|dbstat|sysprocesses)$/;

export function leaksRows(name: SqlName): boolean {
  return LEAKS.test(name.at(-1)!.toLowerCase()) || name.at(-2)?.toLowerCase() === 'pg_toast';
}
