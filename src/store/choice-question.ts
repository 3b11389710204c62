/** Questions for choices as rows, on every engine: few, small, and gone after their time. */
import { AppError } from '../domain/error.ts';
import { needsText, readNeeds, type Needs } from '../domain/run/placement.ts';
import {
  answerText,
  QUESTION_LIMITS,
  readAnswer,
  type ChoiceQuestion,
  type QuestionStore,
  type TakenQuestion,
} from '../domain/run/choice-question.ts';
import type { Engine } from './engine/engine.ts';
import { orUnavailable, type StoreContext } from './store-context.ts';

const ASKED = 'choices-asked';
const LOCK = 'choice questions';

export function createQuestionStore(
  { engine, notifier }: Pick<StoreContext, 'engine' | 'notifier'>,
  { count, questionChars } = QUESTION_LIMITS,
): QuestionStore {
  const { db } = engine;
  return {
    async ask(id, question, needs, forMs) {
      const body = JSON.stringify(question);
      if (body.length > questionChars)
        throw new AppError('invalid', 'The values on which the choices depend are too long.');
      await orUnavailable({ engine }, () =>
        engine.unsynced(async (transaction) => {
          await engine.lock(transaction, LOCK);
          await transaction
            .deleteFrom('choice_questions')
            .where((is) => is.or([is('until_ms', '<=', engine.nowMs(0)), is('id', '=', id)]))
            .execute();
          const { all } = await transaction
            .selectFrom('choice_questions')
            .select(({ fn }) => fn.countAll().as('all'))
            .executeTakeFirstOrThrow();
          if (Number(all) >= count)
            throw new AppError('unavailable', 'Too many choices are being read now. Try again in a moment.');
          const times = { asked_at_ms: engine.nowMs(0), until_ms: engine.nowMs(forMs) };
          const row = { id, ...times, needs: needsText(needs), body, taken_by: null, answer: null };
          await transaction.insertInto('choice_questions').values(row).execute();
        }),
      );
      notifier.notify(ASKED);
    },
    async look(id) {
      const row = await db
        .selectFrom('choice_questions')
        .select(['taken_by', 'answer'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const answer = row.answer === null ? undefined : readAnswer(row.answer);
      return { isTaken: row.taken_by !== null, ...(answer === undefined ? {} : { answer }) };
    },
    async forget(id) {
      await db.deleteFrom('choice_questions').where('id', '=', id).execute();
    },
    take: (by, passes) => takeOldest(engine, by, passes),
    async answer(id, answer) {
      const text = answerText(answer);
      await db.updateTable('choice_questions').set({ answer: text }).where('id', '=', id).execute();
      notifier.notify(id);
    },
    async giveBack(id) {
      const open = db.updateTable('choice_questions').set({ taken_by: null }).where('id', '=', id);
      await open.where('answer', 'is', null).execute();
      notifier.notify(ASKED);
    },
    onAsked: (listener) => notifier.listen(ASKED, listener),
    onAnswered: (id, listener) => notifier.listen(id, listener),
  };
}

/** Executed again after it was committed, it finds what it has taken. */
function takeOldest(engine: Engine, by: string, passes: (needs: Needs) => boolean): Promise<TakenQuestion | undefined> {
  return engine.unsynced(async (db, mayBeDone) => {
    await engine.lock(db, LOCK);
    const rows = await db
      .selectFrom('choice_questions')
      .select(['id', 'needs', 'body', 'taken_by'])
      .where('until_ms', '>', engine.nowMs(0))
      .where('answer', 'is', null)
      .orderBy('asked_at_ms')
      .orderBy('id')
      .execute();
    const own = mayBeDone ? rows.find(({ taken_by: taker }) => taker === by) : undefined;
    const found = own ?? rows.find((row) => row.taken_by === null && passes(readNeeds(row.needs)));
    if (found === undefined) return undefined;
    const { id, body } = found;
    await db.updateTable('choice_questions').set({ taken_by: by }).where('id', '=', id).execute();
    return { id, question: JSON.parse(body) as ChoiceQuestion };
  });
}
