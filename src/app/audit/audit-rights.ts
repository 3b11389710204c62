/** Records that the rights have changed: at a start with other lines than before, and when others are read. */
import { createHash } from 'node:crypto';
import { SERVER } from '../../domain/access/access.ts';
import type { AppContext } from '../context.ts';

/** The lines of the setting `access`, and those who are operators. */
export interface RightLines {
  readonly access: readonly string[];
  readonly operators: readonly string[];
}

/** Nothing if they are those of the last entry, which another process may have written. `before`: absent at a start. */
export async function noteRights(
  { audit, auditStore }: Pick<AppContext, 'audit' | 'auditStore'>,
  now: RightLines,
  before?: RightLines,
): Promise<void> {
  if (audit === undefined || auditStore === undefined) return;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([now.access, now.operators]))
    .digest('hex');
  const [last] = await auditStore.list({ action: 'rights-changed', limit: 1 });
  if (last?.details?.['fingerprint'] === fingerprint) return;
  const [lines, earlier] = [linesOf(now), before === undefined ? [] : linesOf(before)];
  const details = {
    added: lines.filter((line) => !earlier.includes(line)),
    removed: earlier.filter((line) => !lines.includes(line)),
    fingerprint,
  };
  await audit.record(SERVER, { action: 'rights-changed', details });
}

function linesOf({ access, operators }: RightLines): readonly string[] {
  return [...access, ...operators.map((name) => `operator ${name}`)];
}
