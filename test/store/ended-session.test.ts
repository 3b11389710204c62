import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEndedSessions } from '../../src/store/ended-session.ts';

const DAY_MS = 86_400_000;
let folder: string;
let problems: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ended-'));
  problems = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const open = (nowMs: number) => openEndedSessions(folder, { nowMs, onProblem: (error) => problems.push(error) });
const session = { id: 'a', begunMs: 1, untilMs: DAY_MS };

it('keeps over a restart who has signed out, for its user alone', () => {
  open(2).end(session, 2);
  expect([open(3).has(session), open(3).has({ ...session, id: 'b' })]).toEqual([true, false]);
  expect(statSync(join(folder, 'ended-sessions.json')).mode & 0o777).toBe(0o600);
  expect(problems).toEqual([]);
});

it('lets no session from before go on where that cannot be read', () => {
  open(2).end(session, 2);
  const path = join(folder, 'ended-sessions.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 10));
  const sessions = open(5);
  expect([sessions.has({ ...session, id: 'b' }), sessions.has({ ...session, id: 'c', begunMs: 6 })]).toEqual([
    true,
    false,
  ]);
  expect(problems).toHaveLength(1);
});

it('ends a session also where that cannot be written', () => {
  const sessions = open(2);
  rmSync(folder, { recursive: true, force: true });
  sessions.end(session, 2);
  expect([sessions.has(session), problems.length]).toEqual([true, 1]);
});
