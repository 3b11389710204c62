import { describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/domain/access/access.ts';
import { FINAL_STATUSES } from '../../src/domain/run/run.ts';
import type { Outcome } from '../../src/domain/run/run.ts';
import { createUrls } from '../../src/page/urls.ts';
import { runView } from '../../src/page/run.ts';
import type { RunFacts } from '../../src/page/run.ts';
import { NOW_MS, run, script, viewer } from './sample.ts';

const urls = createUrls('/base');
const view = (change: Parameters<typeof run>[0], facts: Partial<RunFacts> = {}) =>
  runView(
    { run: run(change), script: script(), usualMs: undefined, position: undefined, retainMs: 864_000_000, ...facts },
    viewer,
    urls,
  );

/** A started run that has not ended. */
const running = {
  status: 'running',
  outcome: undefined,
  endedAtMs: undefined,
  expiresAtMs: undefined,
  startedAtMs: NOW_MS - 10_000,
} as unknown as Parameters<typeof run>[0];

describe('a run that goes on', () => {
  test('shows its step, share, time and what is left', () => {
    const { bar } = view({ ...running, cells: { total: 9, done: 3 } }, { usualMs: 35_000 });
    expect(bar).toMatchObject({
      percent: 33,
      step: 'step 4 of 9',
      elapsed: '10s',
      left: 'about 25s left',
      tab: '33 % · Weekly sales',
      cancelUrl: '/base/runs/abcdefghijklmnopqrstuvwxyz/cancel',
    });
  });

  test("prefers the author's own progress", () => {
    const { bar } = view({
      ...running,
      cells: { total: 9, done: 3 },
      progress: { fraction: 1.7, text: 'Fold 3 of 5' },
    });
    expect(bar).toMatchObject({ percent: 100, step: 'Fold 3 of 5' });
  });

  test('that takes longer than usual is almost done, never negative', () => {
    expect(view(running, { usualMs: 5_000 }).bar.left).toBe('almost done');
  });

  test('that shows nothing new for long says since when, and what one can do', () => {
    const cells = { total: 9, done: 3 };
    const text = 'Still running: step 4 of 9 has shown nothing new since {since}. You can wait, or cancel the run.';
    const { quiet } = view({ ...running, cells }, { quietMs: 9_000 }).bar;
    expect(quiet).toEqual({ text, ms: 9_000, patienceMs: 10_000, shown: '' });
    expect(view({ ...running, cells }, { quietMs: 65_000 }).bar.quiet?.shown).toBe(text.replace('{since}', '12:58:55'));
    expect(view({ ...running, by: 'operator' }, { quietMs: 65_000 }).bar.quiet?.shown).toContain('close this page');
    expect(view({}).bar.quiet).toBeUndefined();
  });

  test('says its place in the queue', () => {
    const queued = { ...running, status: 'queued', startedAtMs: undefined } as unknown as Parameters<typeof run>[0];
    expect(view(queued, { position: 0 }).bar.step).toBe('It is next.');
    expect(view(queued, { position: 2 }).bar.step).toBe('2 runs are ahead of it.');
    expect(view(queued, { position: 0, place: { aboutMs: 40_000 } }).bar.step).toBe(
      'It is next. It starts in about 40s.',
    );
    expect(view(queued, { position: 1, place: { heldBy: { type: 'script', limit: 1 } } }).bar.step).toBe(
      'It waits for another run of this script: only one at a time. One run is ahead of it.',
    );
  });

  test('of someone else is not theirs to cancel', () => {
    expect(view({ ...running, by: 'operator' }).bar.cancelUrl).toBe('');
    const facts = {
      run: run({ ...running, by: 'viewer' }),
      script: script(),
      usualMs: undefined,
      position: undefined,
      retainMs: Infinity,
    };
    expect(runView(facts, { ...viewer, actor: OPERATOR }, urls).bar.cancelUrl).not.toBe('');
  });
});

describe('a run that has ended', () => {
  test('offers its files, then the exports, to whoever may see it', () => {
    const { actions } = view({ artifacts: [{ name: 'a b.csv', mime: 'text/csv', sizeBytes: 12_345, hash: '' }] });
    expect(actions.downloads.map(({ url }) => url)).toEqual([
      '/base/api/v1/runs/abcdefghijklmnopqrstuvwxyz/artifacts/a%20b.csv',
      '/base/runs/abcdefghijklmnopqrstuvwxyz/report.html',
      '/base/api/v1/runs/abcdefghijklmnopqrstuvwxyz/report.ipynb',
      '/base/api/v1/runs/abcdefghijklmnopqrstuvwxyz/export?to=slides',
      '/base/api/v1/runs/abcdefghijklmnopqrstuvwxyz/export?to=zip',
    ]);
    expect(actions.downloads[0]?.size).toBe('12 kB');
    expect(actions.eraseUrl).toBe('');
  });

  test('offers what the server can write, and says why it cannot write the rest; operators learn what to do', () => {
    const format = { label: 'PDF', extension: 'pdf', mime: 'application/pdf' };
    const missing = { why: 'There is no pandoc.', remedy: 'Install it.' };
    const exports = [
      { ...format, name: 'pdf' },
      { ...format, name: 'docx', label: 'Word', missing },
      { ...format, name: 'odt', label: 'OpenDocument', missing },
    ];
    const { actions } = view({}, { exports });
    expect(actions.downloads.map(({ label }) => label)).toEqual(['Report as PDF']);
    expect(actions.missing).toEqual(['Word, OpenDocument: There is no pandoc.']);
    const facts = { run: run({}), script: script(), usualMs: undefined, position: undefined, retainMs: 1, exports };
    expect(runView(facts, { ...viewer, actor: OPERATOR }, urls).actions.missing).toEqual([
      'Word, OpenDocument: There is no pandoc. Install it.',
    ]);
    expect(view(running, { exports }).actions).toMatchObject({ downloads: [], missing: [] });
  });

  test('can be repeated by a link without its passwords', () => {
    expect(view({}).actions.againUrl).toBe('/base/s/sales/weekly?region=US&since=-7d');
  });

  test.each(FINAL_STATUSES.filter((status) => status !== 'succeeded'))('as %s says why in a sentence', (type) => {
    const outcome = (
      type === 'timed-out'
        ? ({ type, limit: 'wall', limitMs: 60_000 } as const)
        : type === 'cancelled'
          ? ({ type, by: 'viewer' } as const)
          : { type }
    ) as Outcome;
    const { trouble } = view({ status: type, outcome });
    expect(trouble?.title).toMatch(/^[A-Z].*[.]$/);
  });

  test("well has no trouble, and its author's last word", () => {
    expect(view({ outcome: { type: 'succeeded', message: 'Nothing to reorder.' } })).toMatchObject({
      trouble: undefined,
      message: 'Nothing to reorder.',
    });
  });

  test('says until when it is kept', () => {
    expect(view({}).retention).toBe('Kept until 10 Feb 2026.');
    expect(view(running).retention).toBe('You may close this page; the report is kept until 10 Feb 2026.');
    expect(view(running, { retainMs: Infinity }).retention).toBe('You may close this page; the report is kept.');
    expect(view({ pinned: true }).retention).toBe('Kept until someone deletes it.');
  });
});

describe('a mail to the author of a report that failed', () => {
  const outcome: Outcome = { type: 'failed', cell: 1, exception: { name: 'KeyError', value: "'b'" } };
  const mail = (about: Partial<ReturnType<typeof script>>, contact?: string) =>
    view(
      { status: 'failed', outcome },
      { script: { ...script(), ...about }, ...(contact === undefined ? {} : { contact }) },
    ).actions.mailUrl;

  test.each([
    [{ contact: 'ana@example.org', owner: 'Bo <bo@example.org>' }, undefined, 'ana@example.org'],
    [{ contact: 'https://wiki.example.org', owner: 'Bo <bo@example.org>' }, undefined, 'bo@example.org'],
    [{ contact: 'ask Bo', owner: 'Bo' }, 'help@example.org', 'help@example.org'],
  ])('goes to the contact, the owner, or whom the settings name: %j, %s', (about, contact, address) => {
    expect(mail(about, contact)).toBe(
      `mailto:${address}?subject=${encodeURIComponent('The report “Weekly sales” failed')}`,
    );
  });

  test('is not offered without an address, or where nothing failed', () => {
    expect(mail({ contact: 'ask Bo', owner: 'Bo' })).toBe('');
    expect(view({}, { contact: 'help@example.org' }).actions.mailUrl).toBe('');
  });
});
