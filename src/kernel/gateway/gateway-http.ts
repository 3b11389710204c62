/**
 * The REST interface of a Jupyter server or gateway. Source:
 * https://jupyter-server.readthedocs.io/en/stable/developers/rest-api.html
 */
import { AppError } from '../../domain/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';

/** Longest answer; a list of 1,000 kernelspecs has 1 MB. */
const ANSWER_BYTES = 8 * 1024 * 1024;
const REQUEST_MS = 10_000;

export interface GatewayAddress {
  /** Ends with `/`. */
  readonly url: string;
  /** For people: host, port and path, without a token. */
  readonly shown: string;
  /** Whether others can read what is sent: http, and another machine. */
  readonly isReadable: boolean;
  /** Sent in a header, to this address only; undefined: none. */
  readonly token: string | undefined;
}

export interface GatewayHttp {
  readonly address: GatewayAddress;
  /**
   * Calls `api/PATH`. Settles with the JSON of a good answer, `{}` for one without content, and undefined for status
   * 404. Throws `unavailable` with one sentence for everything else.
   */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions): Promise<Json | undefined>;
}

export interface CallOptions {
  readonly body?: JsonObject;
  readonly timeoutMs?: number;
}

/** What the requests to a gateway carry; also those that open a WebSocket. */
export function gatewayHeaders({ token }: GatewayAddress): Record<string, string> {
  return token === undefined ? {} : { authorization: `token ${token}` };
}

export function createGatewayHttp(address: GatewayAddress): GatewayHttp {
  return {
    address,
    async call(method, path, { body, timeoutMs = REQUEST_MS } = {}) {
      const url = new URL(`api/${path}`, address.url);
      let reply: Response;
      try {
        reply = await fetch(url, {
          method,
          headers: {
            ...gatewayHeaders(address),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          // the token is for this address only
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw unreachable(address, error, timeoutMs);
      }
      const text = await readText(reply).catch((error: unknown) => {
        throw unreachable(address, error, timeoutMs);
      });
      if (reply.status === 404) return undefined;
      if (!reply.ok) throw refused(address, reply, text);
      if (text === '') return {};
      try {
        return JSON.parse(text) as Json;
      } catch (cause) {
        throw notJupyter(address, cause);
      }
    },
  };
}

/** What the gateway lacks is not a Jupyter server at all. */
export function notJupyter({ shown }: GatewayAddress, cause?: unknown): AppError {
  return new AppError(
    'unavailable',
    `${shown} answers, but not as a Jupyter server or gateway. Check the setting gateway, including its path.`,
    { cause },
  );
}

async function readText(reply: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > ANSWER_BYTES) throw new Error('its answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function refused({ shown, token }: GatewayAddress, { status, headers }: Response, text: string): AppError {
  const why = messageOf(text);
  if (status === 401 || (status === 403 && (why === '' || why === 'Forbidden')))
    return new AppError(
      'unavailable',
      token === undefined
        ? `The gateway ${shown} asks for a token. Set SCRIPT_RUNNER_GATEWAY_TOKEN.`
        : `The gateway ${shown} refuses the token. Check SCRIPT_RUNNER_GATEWAY_TOKEN.`,
    );
  if (status >= 300 && status < 400) {
    const to = headers.get('location') ?? '';
    const where = URL.canParse(to) ? ` to ${new URL(to).origin}` : '';
    return new AppError(
      'unavailable',
      `${shown} redirects${where}. Set gateway to the address of the Jupyter server itself: the token is not sent elsewhere.`,
    );
  }
  return new AppError(
    'unavailable',
    `The gateway ${shown} answers with status ${status}${why === '' ? '.' : `: ${why}`}`,
  );
}

const MESSAGE_CHARS = 300;

/** The message of an error in JSON. */
function messageOf(text: string): string {
  try {
    const said: unknown = JSON.parse(text);
    const message = isJsonObject(said) ? (said['message'] ?? said['reason']) : undefined;
    return typeof message === 'string' ? message.slice(0, MESSAGE_CHARS) : '';
  } catch {
    return '';
  }
}

const TLS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at this address',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to this host',
};

/** Also for WebSockets. */
export function unreachable({ shown }: GatewayAddress, error: unknown, timeoutMs: number): AppError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError')
    return new AppError('unavailable', `The gateway ${shown} did not answer within ${timeoutMs / 1000} s.`, {
      cause: error,
    });
  const code = codeOf(error);
  if (TLS.test(code))
    return new AppError(
      'unavailable',
      `The certificate of the gateway ${shown} is not trusted (${code}). If your own authority has signed it, name its certificate in NODE_EXTRA_CA_CERTS.`,
      { cause: error },
    );
  const why = REASONS[code] ?? (code === '' ? (error as Error).message : code);
  return new AppError('unavailable', `The gateway ${shown} cannot be reached: ${why}. Check the setting gateway.`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors)) return codeOf(errors[0] ?? {});
  return cause === undefined || cause === null ? '' : codeOf(cause);
}
