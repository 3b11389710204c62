/** The script of a run as it was when the run was submitted, even if its files have changed since. */
import type { Run } from '../../domain/run/run.ts';
import type { ScriptContent } from '../../domain/script/script.ts';
import type { ReportContext } from '../report/report-context.ts';

/** Undefined when its bytes are no longer there. Throws `invalid`. */
export async function loadSubmitted(
  { blobs, scripts }: Pick<ReportContext, 'blobs' | 'scripts'>,
  { script, revision, sidecar, commit }: Pick<Run, 'script' | 'revision' | 'sidecar' | 'commit'>,
): Promise<ScriptContent | undefined> {
  const bytes = await blobs.get(revision);
  if (sidecar === undefined) return bytes && scripts.parse(script, bytes, undefined, commit);
  const beside = await blobs.get(sidecar.hash);
  return bytes && beside && scripts.parse(script, bytes, { file: sidecar.file, bytes: beside }, commit);
}
