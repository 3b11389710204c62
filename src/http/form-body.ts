/** Reads the bodies of forms (`application/x-www-form-urlencoded`), and refuses what is not UTF-8. */
import type { App } from './site.ts';

type Fields = Record<string, string | string[]>;

export function addFormBody(app: App, bodyLimit: number): void {
  app.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit },
    async (_request: unknown, body: Buffer) => readFormBody(body),
  );
}

/** Fields that occur several times are lists. Throws an error with status 400 for text that is not UTF-8. */
export function readFormBody(body: Uint8Array): Fields {
  const text = decode(body, 'The form');
  for (const field of text.split('&')) {
    const [name = ''] = field.split('=', 1);
    for (const [bytes] of field.matchAll(/(?:%[\da-f]{2})+/gi))
      if (/%[89a-f]/i.test(bytes)) decode(Buffer.from(bytes.replaceAll('%', ''), 'hex'), `The field ${name}`);
  }
  const fields = Object.create(null) as Fields;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (typeof before === 'string') fields[name] = [before, value];
    else before.push(value);
  }
  return fields;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw Object.assign(new Error(`${what} is not UTF-8.`), { statusCode: 400 });
  }
}
