/** What `doctor` says about the audit: whether its newest part is as it was written. */
import { MOST_ENTRIES } from '../../app/audit/audit-shorten.ts';
import { verifyAudit } from '../../app/audit/audit-read.ts';
import type { Config } from '../../config/config.ts';
import { LOCAL } from '../../domain/access/access.ts';
import { createAuditStore } from '../../store/audit.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { lookIntoDatabase } from './doctor-look.ts';

/** The newest entries, which take a second; `audit verify` verifies all. */
const NEWEST = 20_000;

/** Nothing if nothing was recorded, or there is no database of this version. Only reads. */
export async function checkAudit(config: Pick<Config, 'data' | 'database'>): Promise<readonly DoctorFinding[]> {
  return lookIntoDatabase(config, async (engine) => {
    const auditStore = createAuditStore({ engine });
    const bounds = await auditStore.bounds();
    if (bounds === undefined) return [];
    const { count, problem } = await verifyAudit({ auditStore }, LOCAL, NEWEST);
    const text = `the newest ${count} entries are as they were written`;
    if (problem !== undefined)
      return [
        { name: 'Audit', state: 'problem', text: problem, remedy: 'See docs/audit.md: script-runner audit verify' },
      ];
    const isFull = bounds.last - bounds.first >= MOST_ENTRIES * 0.9;
    if (!isFull) return [{ name: 'Audit', state: 'ok', text }];
    return [
      {
        name: 'Audit',
        state: 'warning',
        text: `${text}; there are nearly as many as are kept, ${MOST_ENTRIES}`,
        remedy: 'Export older ones (script-runner audit list --until …): the oldest will be deleted.',
      },
    ];
  });
}
