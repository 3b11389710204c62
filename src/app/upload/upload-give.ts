/** Turns what somebody gives for a parameter that takes files into the files, or says why it cannot. */
import { permits } from '../../domain/access/access.ts';
import { AppError, type FieldProblem } from '../../domain/error.ts';
import { fileRule } from '../../domain/parameter/parameter-file.ts';
import type { ParametersSchema } from '../../domain/parameter/parameter.ts';
import type { Json } from '../../domain/text/json.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { type FileValue, fileValuesOf, readKeptUpload, UPLOAD_LIMITS } from '../../domain/upload/upload.ts';
import type { AppContext } from '../context.ts';
import { openUpload, type Uploader } from './upload.ts';

export interface GivenFiles {
  /** By parameter: one, or a list where the parameter takes several. */
  readonly values: Readonly<Record<string, Json>>;
  readonly problems: readonly FieldProblem[];
}

/** Throws `unavailable` if bytes cannot be kept. */
export async function giveFiles(
  ctx: AppContext,
  uploader: Uploader,
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
): Promise<GivenFiles> {
  const values: [string, Json][] = [];
  const problems: FieldProblem[] = [];
  const all: FileValue[] = [];
  for (const [name, property] of Object.entries(schema.properties)) {
    const rule = fileRule(property);
    const texts = textsOf(Object.hasOwn(given, name) ? given[name] : undefined);
    if (rule === undefined || texts === undefined || texts.length === 0) continue;
    // of several for one the last counts, as in every other field
    const wanted = rule.isSeveral ? texts.slice(0, UPLOAD_LIMITS.files + 1) : texts.slice(-1);
    const files: FileValue[] = [];
    for (const text of wanted) {
      const found = await findFile(ctx, uploader, name, text);
      if (typeof found === 'string') problems.push({ field: name, message: found });
      else files.push(found);
    }
    all.push(...files);
    const json = files.map((file): Json => ({ ...file }));
    values.push([name, rule.isSeveral ? json : (json[0] ?? null)]);
  }
  const [first = ''] = values.map(([name]) => name);
  if (all.length > UPLOAD_LIMITS.files)
    problems.push({ field: first, message: `Give at most ${UPLOAD_LIMITS.files} files.` });
  const sizeBytes = all.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > ctx.limits.uploadBytes)
    problems.push({
      field: first,
      message: `The files have ${sizeWords(sizeBytes)} together; at most ${sizeWords(ctx.limits.uploadBytes)} can be given to a run (the setting upload_limit).`,
    });
  return { values: Object.fromEntries(values), problems: problems.slice(0, UPLOAD_LIMITS.files) };
}

/** Undefined for what cannot stand for files. */
function textsOf(given: unknown): string[] | undefined {
  const texts = [given].flat().filter((each) => each !== undefined && each !== null && each !== '');
  return texts.every((each) => typeof each === 'string') ? texts : undefined;
}

/** The file, or what is wrong. */
async function findFile(ctx: AppContext, uploader: Uploader, field: string, text: string): Promise<FileValue | string> {
  const kept = readKeptUpload(text);
  if (kept === undefined)
    return openUpload(ctx, uploader, text) ?? 'This upload is unknown or too old. Choose the file again.';
  const run = await ctx.runs.find(kept.runId);
  const file = fileValuesOf(run?.given[field]).find(({ sha256 }) => sha256 === kept.sha256);
  const isOwn = run !== undefined && permits(uploader.actor, { type: 'keep-run', by: run.by });
  if (run === undefined || file === undefined || run.deletedAtMs !== undefined || !isOwn)
    return 'This file belongs to a report of somebody else, or to a deleted one. Choose the file again.';
  return (await isKept(ctx, file)) ? file : 'This file is gone. Choose it again.';
}

/** Stores the bytes anew, which costs nothing but reading them: the report that has them may be deleted meanwhile. */
async function isKept({ blobs }: AppContext, { sha256 }: FileValue): Promise<boolean> {
  const found = await blobs.open(sha256);
  if (found === undefined) return false;
  const { hash } = await blobs.putStream(found.stream);
  if (hash === sha256) return true;
  throw new AppError('internal', 'A stored file has other bytes than it was stored with.');
}
