import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createGatewayRecords } from '../../../src/kernel/gateway/gateway-record.ts';

const HERE = 'https://here/';

it('names kernels of runs that are over, on this gateway, and of other processes', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'records-')), 'kernels');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true }));
  const over = new Set(['ended/1']);
  const place = { folder, isOver: async (run: string, attempt: number) => over.has(`${run}/${attempt}`) };
  const [killed, alive] = [createGatewayRecords(HERE, place), createGatewayRecords(HERE, place)];
  expect(await alive.left()).toEqual([]);
  await killed.add('k-ended', 'ended', 1);
  await killed.add('k-again', 'ended', 2);
  await createGatewayRecords('https://there/', place).add('k-there', 'ended', 1);
  // its own, until it could not be deleted
  await alive.add('k-own', 'ended', 1);
  writeFileSync(join(folder, 'k-written'), '');
  writeFileSync(join(folder, 'no.id'), '');
  expect(await alive.left()).toEqual(['k-ended']);
  await alive.end('k-own', false);
  expect((await alive.left()).toSorted()).toEqual(['k-ended', 'k-own']);
  await alive.end('k-own', true);
  await alive.end('k-ended', true);
  // nobody writes it any more
  utimesSync(join(folder, 'k-written'), 0, 0);
  utimesSync(join(folder, 'k-there'), 0, 0);
  expect(await alive.left()).toEqual(['k-written']);
  expect(readdirSync(folder).toSorted()).toEqual(['k-again', 'k-written', 'no.id']);
});
