/** A SQL connection's URL for SQLAlchemy, the name of its variable, and its target for people. */
import type { Json, JsonObject } from '../text/json.ts';

/** The name for `script_runner.connection("warehouse")` and `WAREHOUSE_URL`: without the usual `dbs.`. */
export function shortName(name: string): string {
  return name.replace(/^dbs\./, '');
}

export function urlVariable(name: string): string {
  return `${shortName(name)
    .toUpperCase()
    .replace(/[^A-Z\d]/g, '_')}_URL`;
}

/** Undefined if the wrapper is not for SQL. `values` are resolved, paths absolute. */
export function connectionUrl(wrapper: string, values: JsonObject): string | undefined {
  const server = (scheme: string, database = part(values.database)): string =>
    `${scheme}://${login(values)}${hostPort(values)}/${database}`;
  switch (wrapper) {
    case 'SqliteDB':
    case 'SqliteDBConnectionWrapper':
      return `sqlite:///${text(values.path)}`;
    case 'PostgresDB':
      return (
        server('postgresql') +
        query({ options: values.readonly === true ? '-c default_transaction_read_only=on' : undefined })
      );
    case 'MysqlDB':
      return server('mysql');
    case 'RedshiftDB':
      return values.cluster_identifier === undefined ? server('redshift+redshift_connector') : undefined;
    case 'VerticaDB':
      return server('vertica+vertica_python');
    case 'NetezzaDB':
      return server('netezza+nzpy');
    case 'Hive2DB':
      return server('hive');
    case 'PrestoDB':
      return server('presto', [part(values.catalog), part(values.database)].filter(Boolean).join('/'));
    case 'SnowflakeDB':
      return (
        `snowflake://${login(values)}${part(values.account_name)}/${[part(values.database), part(values.schema)].filter(Boolean).join('/')}` +
        query({ warehouse: values.warehouse, authenticator: values.authenticator })
      );
    case 'DatabricksSQLWarehouseDB':
      return (
        `databricks://token:${part(values.access_token)}@${text(values.hostname ?? values.host)}` +
        query({ http_path: values.http_path, catalog: values.catalog, schema: values.schema })
      );
    default:
      return undefined;
  }
}

/** `ana@db.example.org:5432/sales`, without secrets; empty if the values do not say. */
export function connectionTarget(values: JsonObject): string {
  if (typeof values.path === 'string') return values.path;
  if (typeof values.base_url === 'string') return values.base_url.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/, '');
  const host = hostPort({ ...values, host: values.host ?? values.hostname ?? values.account_name ?? '' });
  const user = text(values.user);
  const database = text(values.database);
  return `${user && host ? `${user}@` : user}${host}${database ? `/${database}` : ''}`;
}

function login({ user, password }: JsonObject): string {
  if (!text(user)) return '';
  return `${part(user)}${text(password) ? `:${part(password)}` : ''}@`;
}

function hostPort({ host, port }: JsonObject): string {
  const name = text(host);
  const bracketed = name.includes(':') && !name.startsWith('[') && name.split(':').length > 2 ? `[${name}]` : name;
  return bracketed + (text(port) ? `:${text(port)}` : '');
}

function query(values: Readonly<Record<string, Json | undefined>>): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => text(value))
    .map(([key, value]) => `${key}=${part(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function part(value: Json | undefined): string {
  return encodeURIComponent(text(value));
}

function text(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
