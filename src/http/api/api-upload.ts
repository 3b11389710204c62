/** `/api/v1/uploads`: a file before its run, whole or in parts, so that a lost connection costs one part. */
import { Readable } from 'node:stream';
import { Type } from '@fastify/type-provider-typebox';
import { joinParts, type Uploaded, uploadFile, uploadPart } from '../../app/upload/upload.ts';
import { AppError } from '../../domain/error.ts';
import { parseExactJson } from '../../domain/text/json-exact.ts';
import { isJsonObject } from '../../domain/text/json.ts';
import { UPLOAD_LIMITS } from '../../domain/upload/upload.ts';
import type { Fields } from '../multipart.ts';
import type { App, Site } from '../site.ts';
import { uploaderOf } from '../upload-owner.ts';
import { plainNumbers } from './api-body.ts';

const Name = Type.String({ minLength: 1, maxLength: UPLOAD_LIMITS.nameChars });
const Bytes = Type.Unsafe<Readable>({ description: 'The bytes, as `application/octet-stream`.' });
const UploadSchema = Type.Object(
  {
    upload: Type.String({
      description: 'Give this as the value of a parameter that takes files, within half an hour.',
    }),
    name: Type.String(),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
    type: Type.String(),
  },
  { $id: 'Upload' },
);
const PartSchema = Type.Object({ part: Type.String() });
const JoinSchema = Type.Object(
  {
    name: Name,
    sizeBytes: Type.Integer({ minimum: 1 }),
    parts: Type.Array(Type.String({ maxLength: 1_000 }), {
      minItems: 1,
      maxItems: UPLOAD_LIMITS.parts,
      description: 'In order.',
    }),
  },
  { additionalProperties: false },
);

export function addApiUpload(app: App, site: Site): void {
  app.register(async (scoped) => {
    const routes = scoped as App;
    routes.addContentTypeParser('application/octet-stream', async (_request: unknown, payload: Readable) => payload);
    addWhole(routes, site);
    addParts(routes, site);
  });
}

function addWhole(app: App, site: Site): void {
  app.post(
    '/uploads',
    {
      schema: {
        summary: 'Upload a file for a run',
        tags: ['uploads'],
        querystring: Type.Object({ name: Name }),
        consumes: ['application/octet-stream'],
        body: Bytes,
        response: { 201: UploadSchema },
      },
    },
    async (request, reply) => {
      const { name } = request.query;
      const sent = await uploadFile(site.ctx, uploaderOf(site, request), { name, chunks: bytesOf(request.body) });
      return reply.code(201).send(uploadJson(sent));
    },
  );
}

function addParts(app: App, site: Site): void {
  app.post(
    '/uploads/parts',
    {
      schema: {
        summary: 'Upload a part of a file',
        description: `At most ${UPLOAD_LIMITS.partBytes} bytes. A part whose upload failed is sent again.`,
        tags: ['uploads'],
        consumes: ['application/octet-stream'],
        body: Bytes,
        response: { 201: PartSchema },
      },
    },
    async (request, reply) => {
      const part = await uploadPart(site.ctx, uploaderOf(site, request), bytesOf(request.body));
      return reply.code(201).send({ part });
    },
  );
  app.post(
    '/uploads/joined',
    {
      schema: {
        summary: 'Put the parts of a file together',
        tags: ['uploads'],
        body: JoinSchema,
        response: { 201: UploadSchema },
      },
      bodyLimit: UPLOAD_LIMITS.parts * 400,
      preValidation: plainNumbers,
    },
    async (request, reply) => {
      const sent = await joinParts(site.ctx, uploaderOf(site, request), request.body);
      return reply.code(201).send(uploadJson(sent));
    },
  );
}

/** The body is something else when the client has sent it as JSON, such as null. */
function bytesOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new AppError('invalid', 'Send the bytes of the file as application/octet-stream.');
}

function uploadJson({ upload, file }: Uploaded) {
  return { upload, ...file };
}

/** The body of `POST /runs` from a form: its own fields by name, all others are values of parameters. */
export function runBody(fields: Fields): object {
  const { script, preset, timezone, parent, priority, parameters, ...values } = fields;
  const own = Object.entries({ script, preset, timezone, parent, priority }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(own), parameters: { ...readValues(parameters), ...values } };
}

function readValues(text: string | string[] | undefined): object {
  if (text === undefined) return {};
  try {
    const values = parseExactJson(String(text));
    if (isJsonObject(values)) return values;
  } catch {
    // said below
  }
  throw Object.assign(new Error('The field parameters is not a JSON object.'), { statusCode: 400 });
}
