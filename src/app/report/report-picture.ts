/** The first picture of a report, as its cell showed it. */
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import { valueText } from '../../render/mime/renderer.ts';
import { firstPicture } from '../../render/report-picture.ts';
import type { ReportContext } from './report-context.ts';
import { loadBlobs, loadReport } from './report-load.ts';
import { readKeptRun } from '../run/run-read.ts';

/** What programs that show previews take at most. */
const MOST_BYTES = 5_000_000;

/** PNG or JPEG. Throws `not-found`, also if there is none, or only a larger one, and `gone`. */
export async function exportPicture(ctx: ReportContext, actor: Actor, id: string): Promise<Uint8Array> {
  const shown = firstPicture(await loadReport(ctx, await readKeptRun(ctx, actor, id)));
  const value = isBlobReference(shown) ? (await loadBlobs(ctx, [shown]))(shown) : shown;
  const bytes = Uint8Array.from(Buffer.from(valueText(value), 'base64'));
  if (bytes.length === 0 || bytes.length > MOST_BYTES || pictureType(bytes) === undefined)
    throw new AppError('not-found', 'This report has no picture that can be shown elsewhere.');
  return bytes;
}

/** By its first bytes, whatever the notebook has said. */
export function pictureType(bytes: Uint8Array): 'image/png' | 'image/jpeg' | undefined {
  const begins = (...head: number[]) => head.every((byte, at) => bytes[at] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  return begins(0xff, 0xd8, 0xff) ? 'image/jpeg' : undefined;
}
