/** Reads forms with files (`multipart/form-data`): files are stored as they arrive, and become what stands for them. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { uploadFile } from '../app/upload/upload.ts';
import { AppError, type FieldProblem } from '../domain/error.ts';
import { UPLOAD_LIMITS } from '../domain/upload/upload.ts';
import type { App, Site } from './site.ts';
import { uploaderOf } from './upload-owner.ts';
import { readValuesText, VALUES_FILE, VALUES_FILE_NAME } from './values-file.ts';

export type Fields = Record<string, string | string[]>;

const FIELD_BYTES = 1_000_000;
const LIMITS = {
  fieldNameSize: 1_000,
  fieldSize: FIELD_BYTES,
  fields: 1_000,
  files: UPLOAD_LIMITS.files,
  parts: 1_000 + UPLOAD_LIMITS.files,
  headerPairs: 20,
  headerSize: 8_000,
};

const problems = new WeakMap<FastifyRequest, readonly FieldProblem[]>();

/** What was wrong with the files of a form; the others are stored. */
export function uploadProblems(request: FastifyRequest): readonly FieldProblem[] {
  return problems.get(request) ?? [];
}

/** For the routes of this scope. `bodyOf` makes their body from the fields. */
export function addMultipart(app: App, site: Site, bodyOf: (fields: Fields) => unknown = (fields) => fields): void {
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, payload: Readable) => {
    const read = await readMultipart(site, request, payload);
    problems.set(request, read.problems);
    return bodyOf(read.fields);
  });
}

/** Throws an error with status 400 for what is not such a form, or ends too early, 413 for too many fields. */
async function readMultipart(site: Site, request: FastifyRequest, payload: Readable) {
  const uploader = uploaderOf(site, request);
  const parser = parserOf(request);
  const fields = Object.create(null) as Fields;
  const found: FieldProblem[] = [];
  const files: Promise<readonly [name: string, upload: string] | undefined>[] = [];
  let fieldBytes = 0;
  let excess: Error | undefined;
  const add = (name: string, value: string) => {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (typeof before === 'string') fields[name] = [before, value];
    else before.push(value);
  };
  for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(event, () => {
      excess ??= refusal('The form has too many fields or files.', 413);
    });
  parser.on('field', (name, value, nameTruncated, valueTruncated) => {
    fieldBytes += value.length + name.length;
    if (nameTruncated || valueTruncated || fieldBytes > FIELD_BYTES) excess ??= refusal('The form is too large.', 413);
    else add(name, value);
  });
  parser.on('file', (name, stream, fileName) => {
    // also after its reader has left: an error that nobody listens to ends the process
    stream.on('error', () => undefined);
    const isValues = name === VALUES_FILE && fileName !== '';
    if (isValues) add(VALUES_FILE_NAME, fileName);
    files.push(
      (isValues ? readValuesText(stream) : store(site, uploader, { name: fileName, stream })).then(
        (upload) => (upload === undefined ? undefined : ([name, upload] as const)),
        (error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          found.push({ field: name, message: error.message });
          return undefined;
        },
      ),
    );
    // a parser that fails leaves the file unfinished, and its reader tells why
    files.at(-1)?.catch(() => undefined);
  });
  try {
    await pipeline(payload, parser);
  } catch (error) {
    await Promise.allSettled(files);
    throw refusal(`The form could not be read: ${error instanceof Error ? error.message : 'it is damaged'}.`, 400);
  }
  for (const file of await Promise.all(files)) if (file !== undefined) add(...file);
  if (excess !== undefined) throw excess;
  return { fields, problems: found };
}

function parserOf(request: FastifyRequest) {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch {
    throw refusal('The form has no boundary.', 400);
  }
}

/** Undefined for a file field in which nothing was chosen. */
async function store(
  site: Site,
  uploader: ReturnType<typeof uploaderOf>,
  { name, stream }: { readonly name: string; readonly stream: BusboyFileStream },
): Promise<string | undefined> {
  try {
    if (name === '') {
      const [chunk] = (await Promise.race([once(stream, 'data'), once(stream, 'end')])) as unknown[];
      if (chunk === undefined) return undefined;
      throw new AppError('invalid', 'This file has no name.');
    }
    const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    return (await uploadFile(site.ctx, uploader, { name, chunks })).upload;
  } finally {
    // the rest is read and dropped, so that the form can be answered
    stream.resume();
  }
}

function refusal(message: string, statusCode: number): Error {
  return Object.assign(new Error(message), { statusCode });
}
