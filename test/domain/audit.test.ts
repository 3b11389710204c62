import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { runRecord } from '../../src/app/audit/audit.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { auditBody, auditLine, auditRecord, type AuditEvent } from '../../src/domain/audit.ts';
import { chainHash } from '../../src/store/audit-chain.ts';

const ANA = {
  id: 'ana',
  person: { name: 'ana', shownName: 'Ana Moreno', groups: [], isSignedIn: true },
  origin: { way: 'proxy', address: '192.0.2.1' },
};
const body = (event: AuditEvent) => auditBody(7, auditRecord(ANA, event, 0));

it('writes the canonical text in one order, whatever the order of the event', () => {
  const event = {
    run: 'r1',
    details: { b: 1, a: [true] },
    script: 'sales',
    values: { day: null },
    action: 'ran',
  } as const;
  expect(body(event)).toBe(
    '{"number":7,"at":"1970-01-01T00:00:00.000Z","action":"ran","actor":"ana","name":"Ana Moreno","way":"proxy","address":"192.0.2.1","script":"sales","run":"r1","values":{"day":null},"details":{"b":1,"a":[true]}}',
  );
});

it('is one line, whatever the texts are', () => {
  const forged = 'x"}\n{"number":8,"action":"signed-in"}\r\u001b[2K\u009b2K\x7f\u2028';
  const event = { action: 'ran', script: forged, values: { [forged]: forged }, details: { forged: [forged] } } as const;
  const text = auditLine({ hash: 'h', body: auditBody(7, auditRecord({ ...ANA, id: forged }, event, 0)) });
  expect(text).not.toMatch(/[\p{Control}\u2028\u2029]/u);
  expect((JSON.parse(text) as { entry: object }).entry).toMatchObject({ number: 7, actor: forged, script: forged });
});

it('bounds every part of an entry', () => {
  const long = 'x'.repeat(100_000);
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`${at}${'k'.repeat(600)}`, long]));
  let deep: object = {};
  for (let depth = 0; depth < 5_000; depth += 1) deep = { deep };
  const values = { long, wide, list: Array.from({ length: 100_000 }, () => long), deep } as never;
  const text = body({ action: 'ran', script: long, values, details: wide });
  expect(text.length).toBeLessThan(70_000);
  expect(text).toContain('(100000 characters)');
  expect(body({ action: 'ran', script: 'a\0\ud800b' })).toContain('"a\ufffdb"');
});

it('masks passwords, also where another value repeats one', () => {
  const ctx = { audit: { record: async () => undefined }, now: () => 0 };
  const given = { key: '•••', note: 'use hunter2-hunter2 here' };
  const run = { id: 'r', script: 's', given, secrets: { key: 'hunter2-hunter2' }, trigger: 'api' };
  const record = runRecord(ctx, VIEWER, run);
  expect(JSON.stringify(record)).not.toContain('hunter2');
  expect(record?.values).toMatchObject({ key: '•••' });
  expect(runRecord({ now: () => 0 }, VIEWER, run)).toBeUndefined();
});

it('can be verified from an export as docs/audit.md describes', () => {
  const texts = [1, 2, 3].map((number) =>
    auditBody(number, auditRecord(ANA, { action: 'saw', script: 'é"}{' }, number)),
  );
  let before = '0'.repeat(64);
  const lines = texts.map((each) => auditLine({ body: each, hash: (before = chainHash(before, each)) }));
  let expected = '0'.repeat(64);
  for (const line of lines) {
    const entry = line.slice(line.indexOf('"entry":') + 8, -1);
    expected = createHash('sha256').update(`${expected}\n${entry}`, 'utf8').digest('hex');
    expect(JSON.parse(line)).toMatchObject({ hash: expected, entry: { action: 'saw' } });
  }
});
