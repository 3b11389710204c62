/** What `doctor --files` says: it reads all files of reports, and names those that are missing or damaged. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { openBlobReader } from '../../store/blob/blob-place.ts';
import { DATABASE } from '../../store/database-check.ts';
import { openPostgres } from '../../store/engine/postgres.ts';
import { openSqliteReader } from '../../store/engine/sqlite.ts';
import { checkFiles, type BadFile, type FileCheck } from '../../store/file-check.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Bytes of reports';
/** With more, the files are probably elsewhere. */
const MOST_BAD = 100;
/** Less often than a terminal can show it. */
const SHOW_MS = 100;

export async function checkReportFiles({
  data,
  database,
  blobs,
}: Pick<Config, 'data' | 'database' | 'blobs'>): Promise<DoctorFinding> {
  const path = join(data, DATABASE);
  if (database === undefined && !existsSync(path))
    return { name: NAME, state: 'ok', text: `There are no reports in ${data}.` };
  const engine =
    database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'doctor' }, 1);
  const meter = createMeter();
  try {
    const found = await checkFiles(engine, await openBlobReader(blobs), { progress: meter.show, mostBad: MOST_BAD });
    return findingOf(found);
  } catch (error) {
    return { name: NAME, state: 'problem', text: error instanceof Error ? error.message : String(error) };
  } finally {
    meter.end();
    await engine.close();
  }
}

function findingOf({ files, bytes, bad, isStopped }: FileCheck): DoctorFinding {
  const read = `${files} files of reports (${sizeWords(bytes)}) were read`;
  if (bad.length === 0) return { name: NAME, state: 'ok', text: `${read}, and none is missing or damaged.` };
  const stopped = isStopped ? ' The rest was not read: look first where the files are.' : '';
  return {
    name: NAME,
    state: 'problem',
    text: [`${read}; ${bad.length} are missing or damaged.${stopped}`, ...bad.map(lineOf)].join('\n'),
    remedy: 'Their reports show a sentence in place of these. Copy the files from a backup, or run the reports again.',
    details: { files, bytes, bad },
  };
}

function lineOf({ hash, sizeBytes, runs }: BadFile): string {
  const reports = runs.map(({ id, script }) => `${script} (${id})`).join(', ');
  return `  ${hash} (${sizeWords(sizeBytes)}) of ${reports}`;
}

/** On a terminal, one line that is updated. */
function createMeter() {
  const { stderr } = process;
  let shownMs = -Infinity;
  return {
    show({ files, bytes }: { readonly files: number; readonly bytes: number }): void {
      if (!stderr.isTTY || performance.now() - shownMs < SHOW_MS) return;
      shownMs = performance.now();
      stderr.write(`\r\u001b[2KRead ${files} files (${sizeWords(bytes)}) …`);
    },
    end(): void {
      if (shownMs > 0) stderr.write('\r\u001b[2K');
    },
  };
}
