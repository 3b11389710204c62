/** What to tell a reader whose run failed because it renamed a file across disks. */
import type { Exception } from '../run/run.ts';

const ADVICE =
  'A file cannot be renamed from the script’s folder or the temporary folder into the output folder: in a run they are on different disks. Use shutil.move(source, target) instead of os.rename, os.replace or Path.rename.';

/** The advice for Python's error of a rename across disks; undefined for any other exception. */
export function renameHint({ name, value }: Exception): string | undefined {
  return name === 'OSError' && /^\[Errno 18\]/.test(value) ? ADVICE : undefined;
}
