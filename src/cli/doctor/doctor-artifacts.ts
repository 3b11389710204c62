/** What `doctor` says about the bucket of the settings: whether reports' files can be stored in it. */
import type { Config } from '../../config/config.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Files of reports';

/** Nothing for a folder. Tries each right: lists, and writes, reads and deletes one small object. */
export async function checkArtifacts({ blobs }: Pick<Config, 'blobs'>): Promise<readonly DoctorFinding[]> {
  if ('folder' in blobs) return [];
  const { checkBucket } = await import('../../store/bucket/bucket-open.ts');
  try {
    await checkBucket(blobs);
    const text = `${blobs.shown}${blobs.endpoint === undefined ? '' : ` at ${blobs.endpoint}`} can be listed, read, written and cleaned up.`;
    return [{ name: NAME, state: 'ok', text }];
  } catch (error) {
    return [{ name: NAME, state: 'problem', text: error instanceof Error ? error.message : String(error) }];
  }
}
