/** What `doctor` says about scripts of which an earlier revision is published in place of their file. */
import type { Config } from '../../config/config.ts';
import { ageText } from '../../domain/text/duration.ts';
import { createRollbackStore } from '../../store/rollback.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { lookIntoDatabase } from './doctor-look.ts';

const NAME = 'Rolled back';

/** Nothing if no script is, or there is no database of this version. Only reads. */
export async function checkRollbacks(config: Pick<Config, 'data' | 'database'>): Promise<readonly DoctorFinding[]> {
  return lookIntoDatabase(config, async (engine) => {
    const store = createRollbackStore({ engine });
    const lines: string[] = [];
    for (const script of (await store.list()).keys()) {
      const found = await store.find(script);
      if (found !== undefined) lines.push(`${script}, by ${found.by} ${ageText(found.atMs, Date.now(), 'en')}`);
    }
    return lines.length === 0 ? [] : [{ name: NAME, state: 'ok', text: lines.join('\n') }];
  });
}
