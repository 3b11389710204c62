/** Which values of a connection are secrets: by the names of their keys. Hosts, users and databases are not. */
import { isJsonObject } from '../text/json.ts';
import type { Json, JsonObject } from '../text/json.ts';

const SECRET_KEY =
  /^(?:.*[_-])?(?:pass|passwd|password|passphrase|pwd|pin|secret|token|jwt|bearer|credentials?|api_?key|key|client_encoded|auth|dsn|sas)$|password|passphrase|secret|apikey/i;
const NOT_SECRET_KEY =
  /^(?:aws_secret_manager_key|.*(?:public|primary|partition|sort|foreign)_key|.*_key_?(?:id|name|path|file)|.*(?:file|path|name|type|url|expiry|ttl))$/i;

/** Values by their path of keys, without duplicates and without empty ones. */
export function secretsOf(values: JsonObject): { readonly key: string; readonly secret: string }[] {
  const found = new Map<string, string>();

  function visit(value: Json, key: string, path: string): void {
    if (Array.isArray(value)) {
      // `http_auth: ["user", "password"]`: the user's name is not a secret.
      const items = isAuth(key) && value.length === 2 ? value.slice(1) : value;
      items.forEach((item: Json) => visit(item, key, path));
    } else if (isJsonObject(value)) {
      for (const [inner, item] of Object.entries(value)) visit(item, inner, `${path}.${inner}`);
    } else if (typeof value === 'string' || typeof value === 'number') {
      for (const secret of secretsIn(String(value), key)) if (!found.has(secret)) found.set(secret, path);
    }
  }
  for (const [key, value] of Object.entries(values)) visit(value, key, key);
  return [...found].map(([secret, key]) => ({ key, secret }));
}

function secretsIn(text: string, key: string): string[] {
  const password = /^[a-z][a-z\d+.-]*:\/\/[^/?#@]*?:([^/?#]*)@/i.exec(text)?.[1];
  if (password) return [password, decoded(password)];
  if (!SECRET_KEY.test(key) || NOT_SECRET_KEY.test(key) || text === '') return [];
  const login = isAuth(key) ? text.indexOf(':') : -1;
  return [text.slice(login + 1)];
}

function isAuth(key: string): boolean {
  return /^(?:.*[_-])?auth$/i.test(key);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
