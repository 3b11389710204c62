/** The commits that processes have published, in the database, on every engine. */
import type { PublishedCommits } from '../domain/script/published-commit.ts';
import type { StoreContext } from './store-context.ts';

export function createPublishedCommits({ engine: { db } }: Pick<StoreContext, 'engine'>): PublishedCommits {
  return {
    async latest(source) {
      const row = await db
        .selectFrom('published_commits')
        .select('hash')
        .where('source', '=', source)
        .executeTakeFirst();
      return row?.hash;
    },
    async tell(source, hash) {
      await db
        .insertInto('published_commits')
        .values({ source, hash })
        .onConflict((conflict) => conflict.column('source').doUpdateSet({ hash }))
        .execute();
    },
  };
}
