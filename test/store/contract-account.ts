/** Accounts, on every engine. */
import { expect, it } from 'vitest';
import { createAccountStore } from '../../src/store/account.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';

/** `open`: a new, empty database. */
export function testAccounts(name: string, open: () => Promise<Engine>): void {
  it(`second factors and passwords are changed once for all who try: ${name}`, async () => {
    const engine = await open();
    await migrate(engine);
    const store = createAccountStore({ engine });
    const factor = { sealed: 'sealed', recovery: ['r1', 'r2'], step: 5 };
    const twice = async (change: () => Promise<boolean>) => (await Promise.all([change(), change()])).toSorted();
    expect(await store.addSecondFactor('ana', factor)).toBe(false);
    await store.add({ name: 'ana', groups: [], createdAtMs: 1 }, { hash: 'a', untilMs: 10 });
    // before a password is chosen, and while the account is disabled
    expect(await store.addSecondFactor('ana', factor)).toBe(false);
    await store.accept('a', { passwordHash: 'old', nowMs: 1 });
    await store.disable('ana', 5);
    expect(await store.addSecondFactor('ana', factor)).toBe(false);
    await store.disable('ana', undefined);
    expect(await twice(() => store.addSecondFactor('ana', factor))).toEqual([false, true]);
    expect((await store.find('ana'))?.secondFactor).toEqual(factor);

    const step = (newer: number) => store.spendStep('ana', { step: newer, sealed: `sealed at ${newer}` });
    expect([await step(4), await step(5)]).toEqual([false, false]);
    expect(await twice(() => step(6))).toEqual([false, true]);
    expect(await store.spendRecovery('ana', 'r3')).toBe(false);
    expect(await twice(() => store.spendRecovery('ana', 'r1'))).toEqual([false, true]);
    expect((await store.find('ana'))?.secondFactor).toEqual({ sealed: 'sealed at 6', recovery: ['r2'], step: 6 });

    const change = () => store.changePassword('ana', { before: 'old', passwordHash: 'new' });
    expect(await twice(change)).toEqual([false, true]);
    expect(await store.find('ana')).toMatchObject({ passwordHash: 'new', secondFactor: { step: 6 } });
    expect([await store.removeSecondFactor('ana'), await store.removeSecondFactor('nobody')]).toEqual([true, false]);
    expect((await store.find('ana'))?.secondFactor).toBeUndefined();
    expect([await step(7), await store.spendRecovery('ana', 'r2')]).toEqual([false, false]);
    await store.addSecondFactor('ana', factor);
    await store.invite('ana', { hash: 'b', untilMs: 10 });
    expect(await store.find('ana')).toEqual({ name: 'ana', groups: [], createdAtMs: 1, invitedUntilMs: 10 });
    await engine.close();
  });

  it(`accounts are kept, up to a number, and invitations accepted once: ${name}`, async () => {
    const engine = await open();
    await migrate(engine);
    const store = createAccountStore({ engine }, 2);
    const account = { name: 'ana', email: 'ana@example.org', groups: ['staff'], createdAtMs: 1 };
    const invitation = { hash: 'a', untilMs: 10 };
    expect([await store.add(account, invitation), await store.add(account, invitation)]).toEqual([true, false]);
    expect(await store.find('ana')).toEqual({ ...account, invitedUntilMs: 10 });
    await store.add({ ...account, name: 'bo' }, { hash: 'b', untilMs: 10 });
    await expect(store.add({ ...account, name: 'cy' }, invitation)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await store.list()).map((one) => one.name)).toEqual(['ana', 'bo']);

    const accept = (hash: string, nowMs: number) => store.accept(hash, { passwordHash: 'hash', nowMs });
    expect([await accept('a', 10), await accept('x', 1)]).toEqual([false, false]);
    const raced = await Promise.all([accept('a', 9), accept('a', 9), accept('a', 9)]);
    expect(raced.filter((isFirst) => isFirst)).toHaveLength(1);
    expect((await store.find('ana'))?.passwordHash).toBe('hash');
    await store.invite('ana', { hash: 'c', untilMs: 20 });
    expect([(await store.find('ana'))?.passwordHash, (await store.findInvited('c', 19))?.name]).toEqual([
      undefined,
      'ana',
    ]);
    await store.disable('ana', 5);
    expect([await store.findInvited('c', 19), await accept('c', 19)]).toEqual([undefined, false]);
    await store.disable('ana', undefined);
    await store.setGroups('ana', []);
    expect(await store.find('ana')).toEqual({ ...account, groups: [], invitedUntilMs: 20 });
    expect([await store.remove('ana'), await store.remove('ana'), await store.disable('ana', 1)]).toEqual([
      true,
      false,
      false,
    ]);
    await engine.close();
  });
}
