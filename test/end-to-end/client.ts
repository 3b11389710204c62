/** A program that uses the API as any other would. */

export interface ApiRun {
  readonly id: string;
  readonly status: string;
  readonly endedAt: string | null;
  readonly outcome: {
    readonly type: string;
    readonly message?: string;
    readonly exception?: { readonly name: string; readonly value: string };
  } | null;
  readonly results: readonly { readonly name: string; readonly value: unknown }[];
  readonly artifacts: readonly {
    readonly name: string;
    readonly mime: string;
    readonly sizeBytes: number;
    readonly url: string;
  }[];
  readonly cells: { readonly total: number; readonly done: number };
  readonly links: Readonly<Record<string, string>>;
}

/** Submits a run and waits for its end; throws with the problem if the server refuses. */
export function run(url: string, script: string, parameters: object = {}): Promise<ApiRun> {
  return post(url, { script, parameters }, { prefer: 'wait=300' });
}

/** Submits a run and does not wait; throws with the problem if the server refuses. */
export function submit(url: string, script: string, parameters: object = {}): Promise<ApiRun> {
  return post(url, { script, parameters });
}

async function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<ApiRun> {
  const reply = await fetch(`${url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as ApiRun;
}

export async function findRun(url: string, id: string): Promise<ApiRun> {
  return JSON.parse(await read(`${url}/api/v1/runs/${id}`)) as ApiRun;
}

export async function read(url: string): Promise<string> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  return reply.text();
}

/** The whole log of a run: the stream ends by itself after `run-finished`. */
export async function events(
  url: string,
  id: string,
): Promise<readonly ({ readonly type: string } & Record<string, unknown>)[]> {
  const text = await read(`${url}/api/v1/runs/${id}/events`);
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as { type: string });
}

export interface ApiChoices {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly problem?: string;
}

/** The choices of an input for these values. */
export async function choicesOf(base: string, script: string, field: string, parameters: object): Promise<ApiChoices> {
  const reply = await fetch(`${base}/api/v1/scripts/${script}/choices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ field, parameters }),
  });
  const { fields = {} } = (await reply.json()) as { fields?: Record<string, ApiChoices> };
  return fields[field] ?? { choices: [], problem: String(reply.status) };
}
