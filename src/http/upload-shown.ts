/** The files of a form that is shown again: what was uploaded stays, and is named. */
import type { FastifyRequest } from 'fastify';
import { openUpload } from '../app/upload/upload.ts';
import type { FieldFile } from '../domain/parameter/field.ts';
import { fileNames } from '../domain/parameter/parameter-file.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { UPLOAD_LIMITS } from '../domain/upload/upload.ts';
import type { Site } from './site.ts';
import { uploaderOf } from './upload-owner.ts';

/** The values with the files for which texts stand; texts that stand for none are left out. */
export function withShownFiles(
  site: Site,
  request: FastifyRequest,
  schema: ParametersSchema,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = fileNames(schema).filter((name) => Object.hasOwn(values, name));
  if (names.length === 0) return values;
  const uploader = uploaderOf(site, request);
  const shown = (text: unknown): FieldFile[] => {
    const file = typeof text === 'string' && text !== '' ? openUpload(site.ctx, uploader, text) : undefined;
    return file === undefined ? [] : [{ value: String(text), name: file.name, sizeBytes: file.sizeBytes }];
  };
  const files = names.map((name) => [name, [values[name]].flat().slice(0, UPLOAD_LIMITS.files).flatMap(shown)]);
  return { ...values, ...(Object.fromEntries(files) as Record<string, unknown>) };
}
