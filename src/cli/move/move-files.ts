/** `script-runner move-files [folder] --to PLACE`: moves the files of reports into a bucket, into a folder, or back. */
import { readConfig, type ConfigSources } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace } from '../../domain/run/blob.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { elsewhereOf } from '../../store/blob/blob-pair.ts';
import { blobsOfData } from '../../store/blob/blob-place.ts';
import { movePlace, type FileMovePlan, type MovedFiles } from '../../store/move/move-place.ts';
import { fileProblem } from '../../store/move/move-problem.ts';
import { createMoveProgress } from './move-progress.ts';

type Flags = NonNullable<ConfigSources['flags']>;

/** In place of a path or an address: the data folder. */
const DATA = 'data';

export interface MoveFilesOptions {
  /** `s3://bucket/prefix`, a folder, or `data`. */
  readonly to: string;
  readonly withoutDamaged: boolean;
}

/** Throws a sentence for what prevents the move. */
export async function moveFiles(
  folder: string,
  flags: Flags,
  { to, withoutDamaged: withoutBad }: MoveFilesOptions,
): Promise<void> {
  const plan = planOf(folder, flags, to);
  const progress = createMoveProgress(process.stderr);
  const moved = await movePlace(plan, { progress: progress.show, withoutBad })
    .catch((error: unknown) => {
      throw fileProblem({ data: plan.data, blobs: plan.to }, error) ?? error;
    })
    .finally(progress.end);
  tell(moved, plan);
}

function planOf(folder: string, flags: Flags, to: string): FileMovePlan {
  const placeIn = (data: string, artifacts: string | undefined): BlobPlace =>
    artifacts === undefined ? blobsOfData(data) : readConfig({ target: folder, flags: { data, artifacts } }).blobs;
  const { data, database } = readConfig({ target: folder, flags });
  const plan = {
    data,
    database,
    from: placeIn(data, elsewhereOf(data)),
    to: placeIn(data, to === DATA ? undefined : to),
  };
  if (shownPlace(plan.from) === shownPlace(plan.to))
    throw new AppError(
      'invalid',
      `The files of the reports in ${data} are in ${shownPlace(plan.to)} already. Name another place with --to.`,
    );
  return plan;
}

function tell({ files, bytes, bad }: MovedFiles, { from, to }: FileMovePlan): void {
  const isUsual = 'folder' in to && to.isUsual;
  const lines = [
    `Copied ${files - bad.length} files of reports (${sizeWords(bytes)}) to ${shownPlace(to)}, and read each one back.`,
    ...(bad.length === 0 ? [] : [`${bad.length} files were missing or damaged, and are missing now:`, ...bad]),
    isUsual
      ? 'From now on, remove the setting artifacts.'
      : `From now on, each process needs the setting artifacts = ${JSON.stringify(shownPlace(to))}.`,
    `Nothing was changed in ${shownPlace(from)}: delete it when the new place has proved itself.`,
  ];
  console.log(lines.join('\n'));
}

function shownPlace(place: BlobPlace): string {
  return 'folder' in place ? place.folder : place.shown;
}
