/** Reads the JSON of a request with exact numbers, and refuses what is no JSON, no UTF-8 or nested too deep. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../domain/error.ts';
import { DEPTH, isDeeper } from '../../domain/text/json-depth.ts';
import { isExactNumber, isJsonObject, type Json } from '../../domain/text/json.ts';
import { parseExactJson, UnsafeNameError } from '../../domain/text/json-exact.ts';
import { JsonTextError, parseJsonText } from '../../domain/text/json-text.ts';
import type { App } from '../site.ts';

/** In place of Fastify's parser, for all routes of `app`. */
export function addJsonBody(app: App): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** For bodies whose numbers are the API's own, not values of parameters: `7.0` is 7. */
export async function plainNumbers(request: FastifyRequest): Promise<void> {
  const body = request.body as Json;
  if (!isJsonObject(body)) return;
  const plain = (value: unknown) => (isExactNumber(value) ? Number(value.rawJSON) : value);
  request.body = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, plain(value)]));
}

/** Throws an error with status 400 for what cannot be read, and `invalid` (422) for what is nested too deep. */
export function readJsonBody(body: Uint8Array): Json {
  if (body.length === 0) throw unreadable('The body is empty; it must be JSON.');
  if (isDeeper(body, DEPTH)) throw new AppError('invalid', `The JSON is nested more than ${DEPTH} levels deep.`);
  const text = decode(body);
  try {
    return parseExactJson(text);
  } catch (error) {
    throw unreadable(error instanceof UnsafeNameError ? error.message : mistakeIn(text));
  }
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw unreadable('The body is not UTF-8.');
  }
}

function mistakeIn(text: string): string {
  try {
    parseJsonText(text);
    return 'The body is not valid JSON; it does not allow NaN and Infinity.';
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return `The body is not valid JSON: line ${error.line}, column ${error.column}: ${error.message}.`;
  }
}

function unreadable(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 });
}
