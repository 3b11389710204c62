/** What the provider of the tests keeps, in memory. The one that the package brings warns of itself. */
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Kept {
  readonly payload: AdapterPayload;
  readonly untilMs: number;
}

/** For all kinds of things together: their kinds are in the keys. */
export function createMemory(): (kind: string) => Adapter {
  const kept = new Map<string, Kept>();
  const findBy = (kind: string, isIt: (payload: AdapterPayload) => boolean) =>
    [...kept].find(([key, one]) => key.startsWith(`${kind} `) && one.untilMs > Date.now() && isIt(one.payload))?.[1];
  return (kind) => {
    const keyOf = (id: string) => `${kind} ${id}`;
    return {
      async upsert(id, payload, lifeS) {
        kept.set(keyOf(id), { payload, untilMs: lifeS === undefined ? Infinity : Date.now() + lifeS * 1000 });
      },
      async find(id) {
        const one = kept.get(keyOf(id));
        return one !== undefined && one.untilMs > Date.now() ? one.payload : undefined;
      },
      findByUid: async (uid) => findBy(kind, (payload) => payload.uid === uid)?.payload,
      findByUserCode: async (code) => findBy(kind, (payload) => payload.userCode === code)?.payload,
      async consume(id) {
        const one = kept.get(keyOf(id));
        if (one !== undefined) one.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        kept.delete(keyOf(id));
      },
      async revokeByGrantId(grant) {
        for (const [key, { payload }] of kept) if (payload.grantId === grant) kept.delete(key);
      },
    };
  };
}
