/** A server whose machine has a wrong clock, by Debian's libfaketime. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { read, run } from '../end-to-end/client.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { useDaemons } from './daemon.ts';
import { clockAheadBy, hasFakeClock } from './fake-clock.ts';

const DAY_MS = 86_400_000;

let project: ReturnType<typeof makeProject> | undefined;
const daemons = useDaemons(afterEach, () => project?.remove());

it.runIf(hasFakeClock)(
  'a clock that is 60 days ahead deletes no report until the operator says that it is right (needs faketime)',
  async () => {
    project = makeProject({ 'scripts/a.ipynb': notebook('print("kept")') });
    const { folder } = project;
    const first = await daemons.start('serve', folder);
    const made = await run(first.url, 'a');
    first.signal('SIGTERM');
    await first.ended;

    const ahead = await daemons.start('serve', folder, { environment: clockAheadBy('+60d') });
    const { startedAt, endedAt, outcome } = (await run(ahead.url, 'a')) as unknown as {
      startedAt: string;
      endedAt: string;
      outcome: { type: string };
    };
    expect(outcome.type).toBe('succeeded');
    expect(Date.parse(startedAt) - Date.now()).toBeGreaterThan(59 * DAY_MS);
    expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
    await expect.poll(() => ahead.log()).toContain('The clock went forward by 60 days at once');
    expect(await read(`${ahead.url}/api/v1/runs/${made.id}/report`)).toContain('kept');
    const token = readFileSync(join(folder, '.script-runner/operator-token'), 'utf8').trim();
    const signedIn = await fetch(`${ahead.url}/sign-in?token=${token}`, { redirect: 'manual' });
    const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '', origin: ahead.url };
    const admin = async () => (await fetch(`${ahead.url}/admin`, { headers })).text();
    expect(await admin()).toContain('The clock went forward by 60 days at once');
    expect((await fetch(`${ahead.url}/admin/clock`, { method: 'POST', redirect: 'manual' })).status).toBe(403);
    await fetch(`${ahead.url}/admin/clock`, { method: 'POST', redirect: 'manual', headers });
    expect(await admin()).not.toContain('The clock went forward');
    await fetch(`${ahead.url}/admin/clear`, { method: 'POST', redirect: 'manual', headers });
    expect((await fetch(`${ahead.url}/api/v1/runs/${made.id}/report`)).status).toBe(410);
    ahead.signal('SIGTERM');
    await ahead.ended;

    // The clock is right again: reports of the wrong time are in the future, and no page breaks.
    const right = await daemons.start('serve', folder);
    expect((await run(right.url, 'a')).status).toBe('succeeded');
    for (const page of ['/', '/runs', '/s/a'])
      expect(await read(right.url + page)).not.toMatch(/>\s*-\d+(\.\d+)?\s?(s|m|h)\b/);
    right.signal('SIGTERM');
    await right.ended;
  },
);
