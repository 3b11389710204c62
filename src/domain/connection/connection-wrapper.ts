/** The classes that `link` 2.1.5 can create for a `"wrapper"`, with the arguments of their constructors. */

export interface WrapperKind {
  /** Uses SQL through a DB-API driver: gets a `NAME_URL` variable. */
  readonly isSql: boolean;
  /** Required arguments. */
  readonly required: readonly string[];
  /** Further arguments; undefined: any. */
  readonly optional: readonly string[] | undefined;
}

const sql = (required: string, optional = ''): WrapperKind => ({
  isSql: true,
  required: words(required),
  optional: words(optional),
});
const other = (required: string, optional?: string): WrapperKind => ({
  isSql: false,
  required: words(required),
  optional: optional === undefined ? undefined : words(optional),
});

const LOGIN = 'user password';
const API = other('base_url', LOGIN);
const SQLITE: WrapperKind = sql('path', 'chunked create_db');
const HBASE = other('host', 'version');
const HIVE = other('host', 'port database');

export const WRAPPERS: Readonly<Record<string, WrapperKind>> = {
  SqliteDB: SQLITE,
  SqliteDBConnectionWrapper: SQLITE,
  PostgresDB: sql('host database', `${LOGIN} port readonly autocommit`),
  MysqlDB: sql('host', `${LOGIN} database port autocommit`),
  RedshiftDB: sql('database', `${LOGIN} host port aws_profile cluster_identifier autocommit`),
  SnowflakeDB: sql('account_name', `${LOGIN} database schema warehouse authenticator`),
  DatabricksSQLWarehouseDB: sql('http_path access_token', 'hostname host catalog schema'),
  VerticaDB: sql('host', `${LOGIN} database`),
  NetezzaDB: sql('host', `${LOGIN} database`),
  PrestoDB: sql('host', 'port user catalog database'),
  Hive2DB: sql('host', `${LOGIN} database port auth_mechanism`),
  HiveDB: HIVE,
  HiveConnectionWrapper: HIVE,
  DBConnectionWrapper: other(''),
  NoSqlDB: other(''),
  NoSqlConnectionWrapper: other(''),
  HbaseDB: HBASE,
  HbaseNoSqlConnectionWrapper: HBASE,
  MongoDB: other(''),
  CassandraDB: other(''),
  ElasticSearch: other(''),
  APIRequestWrapper: API,
  JsonClient: API,
  LnkClient: other('', `host port ${LOGIN}`),
  OAuth1API: other('base_url app_key app_secret oauth_token oauth_token_secret', ''),
  AlexaAPI: other('base_url access_key secret_key', 'user'),
  Aol: other('base_url', `${LOGIN} report_id org_id`),
  ConsoleAPIRequestWrapper: API,
  ConsoleClient: API,
  Crucible: API,
  ForensiqAPI: other('base_url', `${LOGIN} client_id client_secret`),
  ForensiqImpactAPI: other('base_url', `${LOGIN} client_id client_secret`),
  LiveRailRequest: API,
  MoatAPI: API,
  SalesForceWrapper: other('', `base_url ${LOGIN} token`),
  SpotxAPI: other('base_url', 'client_id client_secret access_token refresh_token token_type redis_host'),
  SpringServeAPI: API,
  YahooAPI: other('base_url client_encoded refresh_token', 'grant_type'),
};

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
