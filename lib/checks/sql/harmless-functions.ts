import type { SqlDialect } from '../../model/rules.ts';

/*
 * Functions that only compute from what they are given, or tell the names and shapes of things. Where only reading is
 * allowed, or tables are named, no other function may be called unless the rule says so: many read what their text
 * argument says, reach files, or change settings.
 */

const COMMON = `abs acos array_agg ascii asin atan atan2 avg bit_and bit_or cast ceil ceiling char char_length
character_length chr coalesce concat concat_ws convert corr cos cosh cot count covar_pop covar_samp cume_dist
current_catalog current_database current_date current_role current_schema current_time current_timestamp current_user
date date_add date_diff date_part date_sub date_trunc datediff day dayofmonth dayofweek dayofyear degrees dense_rank exp
extract first_value floor format from_unixtime greatest group_concat hex hour if ifnull iif initcap instr isnull
json_agg json_array json_arrayagg json_array_length json_contains json_each json_extract json_group_array
json_group_object json_keys json_length json_object json_objectagg json_quote json_table json_tree json_type json_unquote
json_valid json_value lag last_day last_value lcase lead least left length ln localtime localtimestamp locate log log10 log2 lower
lpad ltrim max md5 median mid min minute mod month monthname now nth_value ntile nullif nvl octet_length overlay
percent_rank percentile_cont percentile_disc pi position pow power quarter radians rand random rank regexp_count
regexp_instr regexp_like regexp_matches regexp_replace regexp_substr repeat replace reverse right round row_number rpad rtrim
second session_user sha1 sha2 sign sin sinh space split_part sqrt std stddev stddev_pop stddev_samp str_to_date strcmp
string_agg strpos substr substring sum system_user tan tanh time timestamp timestampdiff to_char to_date to_json to_number
to_timestamp translate trim trunc truncate typeof ucase unhex unix_timestamp unnest upper user uuid values var_pop
var_samp variance version week weekday weekofyear year yearweek`;

const POSTGRES = `acosd age array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
array_positions array_prepend array_remove array_replace array_to_json array_to_string array_to_tsvector array_upper asind
atand atan2d bit_count bit_length bit_xor bool_and bool_or btrim cardinality cbrt clock_timestamp col_description convert_from convert_to
cosd cotd current_schemas current_query current_setting date_bin decode div encode enum_first enum_last enum_range every factorial
family format_type gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte getdatabaseencoding
has_any_column_privilege has_column_privilege has_database_privilege has_function_privilege has_schema_privilege
has_sequence_privilege has_table_privilege host hostmask isempty isfinite json_array_elements json_array_elements_text
json_build_array json_build_object json_each_text json_extract_path json_extract_path_text json_object_agg
json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset
json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax
jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lcm
like_escape lower_inc lower_inf make_date make_interval make_time make_timestamp make_timestamptz masklen mode netmask network
normalize num_nonnulls num_nulls numnode obj_description parse_ident pg_client_encoding pg_column_size
pg_database_size pg_encoding_to_char pg_function_is_visible pg_get_constraintdef pg_get_expr
pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result pg_get_functiondef pg_get_indexdef
pg_get_keywords pg_get_partkeydef pg_get_ruledef pg_get_serial_sequence pg_get_triggerdef pg_get_userbyid
pg_get_viewdef pg_indexes_size pg_is_in_recovery pg_postmaster_start_time pg_relation_size pg_size_bytes pg_size_pretty
pg_table_is_visible pg_table_size pg_total_relation_size pg_type_is_visible pg_typeof phraseto_tsquery plainto_tsquery
querytree quote_ident quote_literal quote_nullable range_agg range_merge regexp_match regexp_split_to_array
regexp_split_to_table regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_to_json scale
set_bit set_byte setweight sha224 sha256 sha384 sha512 shobj_description similar_to_escape sind statement_timestamp starts_with string_to_array string_to_table strip
tand text timeofday timezone to_hex to_jsonb to_regclass to_regproc to_regtype to_tsquery to_tsvector
transaction_timestamp trim_array trim_scale ts_delete ts_filter ts_headline ts_rank ts_rank_cd tsvector_to_array unistr
upper_inc upper_inf websearch_to_tsquery width_bucket xmlagg xmlcomment xpath xpath_exists`;

const OTHERS: Readonly<Record<Exclude<SqlDialect, 'postgres' | 'ansi'>, string>> = {
  mysql: `addtime adddate aes_decrypt any_value bin bin_to_uuid bit_count bit_length bit_xor charset coercibility
collation compress conv convert_tz crc32 curdate curtime database date_format elt export_set field find_in_set
format_bytes found_rows from_base64 from_days get_format grouping inet_aton inet_ntoa insert interval is_uuid
json_array_append json_array_insert json_contains_path json_depth json_insert json_merge_patch json_merge_preserve
json_overlaps json_pretty json_remove json_replace json_search json_set json_storage_size make_set makedate maketime
match microsecond oct ord period_add period_diff quote row_count schema sec_to_time soundex str subdate substring_index
subtime sysdate time_format time_to_sec timediff timestampadd to_base64 to_days to_seconds uncompress utc_date utc_time
utc_timestamp uuid_to_bin`,
  sqlite: `bm25 changes concat_ws datetime glob highlight json json_array_insert json_error_position json_insert json_patch
json_pretty json_remove json_replace json_set jsonb julianday last_insert_rowid like likelihood likely nullif printf
quote randomblob snippet soundex sqlite_source_id sqlite_version strftime timediff total total_changes unicode unistr
unlikely unixepoch zeroblob json_group_object pragma_table_info pragma_table_xinfo pragma_table_list pragma_index_list
pragma_index_info pragma_index_xinfo pragma_foreign_key_list pragma_database_list pragma_function_list generate_series`,
  mssql: `approx_count_distinct charindex checksum_agg choose col_length col_name columnproperty count_big
databasepropertyex datalength dateadd datefromparts datename datepart datetimefromparts datetrunc db_id db_name difference
eomonth error_message generate_series getdate getutcdate grouping grouping_id host_name index_col isdate isjson
isnumeric json_modify json_query len newid object_definition object_id object_name object_schema_name objectproperty original_login parse patindex quotename
replicate schema_id schema_name scope_identity serverproperty soundex square stdev stdevp str string_escape string_split
stuff suser_sname switchoffset sysdatetime sysdatetimeoffset sysutcdatetime todatetimeoffset try_cast try_convert
try_parse type_name unicode user_name var varp`,
  bigquery: `approx_count_distinct approx_quantiles approx_top_count array array_concat array_length array_reverse
array_to_string any_value byte_length code_points_to_string contains_substr countif current_datetime date_from_unix_date
datetime datetime_add datetime_diff datetime_sub datetime_trunc div ends_with farm_fingerprint format_date
format_datetime format_timestamp from_base64 generate_array generate_date_array generate_timestamp_array generate_uuid
ieee_divide is_inf is_nan json_extract_array json_extract_scalar json_query json_query_array json_value_array logical_and
logical_or normalize offset ordinal parse_date parse_datetime parse_json parse_timestamp range_bucket regexp_contains
regexp_extract regexp_extract_all safe_cast safe_divide safe_offset safe_ordinal sha256 sha512 split st_distance
st_geogpoint starts_with string struct time_add time_diff time_sub time_trunc timestamp_add timestamp_diff
timestamp_micros timestamp_millis timestamp_seconds timestamp_sub timestamp_trunc to_base64 to_json_string unix_date
unix_micros unix_millis unix_seconds`,
  snowflake: `any_value approx_count_distinct array_construct array_contains array_size array_to_string as_array
booland boolor charindex contains convert_timezone count_if dateadd dayname decode div0 editdistance endswith equal_null
flatten get get_path hash iff is_null_value listagg nvl2 object_construct object_keys parse_json ratio_to_report
regexp regexp_substr_all rlike sha2 split startswith time_slice timeadd timestampadd to_array to_boolean to_decimal to_double
to_object to_time to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_variant to_varchar try_cast try_parse_json
try_to_date try_to_number try_to_timestamp uniform width_bucket zeroifnull`,
  duckdb: `age any_value approx_count_distinct approx_quantile arg_max arg_min array_contains array_length
array_slice bar base64 bit_count bool_and bool_or cardinality contains countif dayname ends_with epoch epoch_ms first
from_json generate_series gen_random_uuid isfinite isinf isnan json_extract_string json_structure last len levenshtein
list list_aggregate list_concat list_contains list_distinct list_extract list_filter list_reduce list_sort list_transform
list_value make_date make_timestamp map map_keys map_values mode prefix product quantile quantile_cont range regexp_extract
regexp_extract_all sha256 skewness starts_with strftime string_split strptime struct_extract struct_pack suffix
time_bucket to_base64 to_days try_cast`,
};

const LISTS = new Map<SqlDialect, ReadonlySet<string>>();

/** Names of functions of the dialect that do no harm, in small letters. */
export function harmlessFunctions(dialect: SqlDialect): ReadonlySet<string> {
  let found = LISTS.get(dialect);
  if (found === undefined) {
    const own = dialect === 'postgres' ? POSTGRES : dialect === 'ansi' ? '' : OTHERS[dialect];
    found = new Set(`${COMMON} ${own}`.split(/\s+/));
    LISTS.set(dialect, found);
  }
  return found;
}
