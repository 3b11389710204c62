/** Files on the command line: for a parameter that takes files, the value is the path of one. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Uploader, uploadFile } from '../../app/upload/upload.ts';
import type { AppContext } from '../../app/context.ts';
import { LOCAL } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { fileNames } from '../../domain/parameter/parameter-file.ts';
import type { ParametersSchema } from '../../domain/parameter/parameter.ts';

/** Of this process: nobody else uses what it uploads. */
export const COMMAND_LINE: Uploader = { actor: LOCAL, session: '', person: LOCAL.id };

/** The values with what stands for each file in place of its path. Throws `invalid` for what cannot be read. */
export async function uploadPaths(
  ctx: AppContext,
  schema: ParametersSchema,
  values: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const uploaded: Record<string, unknown> = {};
  for (const name of fileNames(schema).filter((each) => Object.hasOwn(values, each))) {
    const paths = [values[name]].flat().filter((path) => typeof path === 'string' && path !== '');
    const texts: string[] = [];
    for (const path of paths) texts.push(await upload(ctx, name, String(path)));
    uploaded[name] = texts;
  }
  return { ...values, ...uploaded };
}

async function upload(ctx: AppContext, field: string, path: string): Promise<string> {
  try {
    const chunks = (await open(path)).createReadStream();
    return (await uploadFile(ctx, COMMAND_LINE, { name: basename(path), chunks })).upload;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'you may not read it' }[code];
    if (reason === undefined && !(error instanceof AppError && error.code === 'invalid')) throw error;
    const message = `${path}: ${reason ?? (error as Error).message}`;
    throw new AppError('invalid', message, { cause: error, fields: [{ field, message }] });
  }
}
