/** Questions for choices, on every engine. */
import { describe, expect, it } from 'vitest';
import type { ChoiceQuestion } from '../../src/domain/run/choice-question.ts';
import { createQuestionStore } from '../../src/store/choice-question.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createNotifier } from '../../src/store/notifier.ts';

const question: ChoiceQuestion = { script: 'shop', revision: 'a', field: 'store', inputs: { region: 'ö' } };
const needs = (...tags: string[]) => ({ language: 'python', tags });

export function testQuestions(name: string, open: () => Promise<Engine>): void {
  describe(`questions for choices: ${name}`, () => {
    const openStore = async (count = 10) => {
      const engine = await open();
      await migrate(engine);
      const limits = { count, questionChars: 200, answerChars: 1_000 };
      return createQuestionStore({ engine, notifier: createNotifier() }, limits);
    };

    it('are taken once, the oldest first that a worker can answer, and answered', async () => {
      const store = await openStore();
      let notices = 0;
      store.onAsked(() => (notices += 1));
      await store.ask('a', question, needs('gpu'), 60_000);
      await store.ask('b', question, needs(), 60_000);
      await expect.poll(() => notices).toBe(2);
      const plain = ({ tags }: { tags: readonly string[] }) => tags.length === 0;
      const taken = await Promise.all(['1', '2', '3'].map((by) => store.take(by, plain)));
      expect(taken.filter((each) => each !== undefined)).toEqual([{ id: 'b', question }]);
      expect(await store.look('a')).toEqual({ isTaken: false });
      expect((await store.take('4', () => true))?.id).toBe('a');
      await store.giveBack('a');
      expect((await store.take('5', () => true))?.id).toBe('a');
      let isTold = false;
      store.onAnswered('a', () => (isTold = true));
      const choices = [{ value: '1', label: 'Ä "1"' }];
      await store.answer('a', { choices });
      await store.answer('b', { problem: 'No.', detail: 'why' });
      await expect.poll(() => isTold).toBe(true);
      expect(await store.look('a')).toEqual({ isTaken: true, answer: { choices } });
      expect(await store.look('b')).toEqual({ isTaken: true, answer: { problem: 'No.', detail: 'why' } });
      await store.giveBack('a');
      expect(await store.take('6', () => true)).toBeUndefined();
      await store.forget('a');
      expect(await store.look('a')).toBeUndefined();
    });

    it('are few and short, and forgotten after their time', async () => {
      const store = await openStore(2);
      await store.ask('old', question, needs(), -1);
      expect(await store.take('1', () => true)).toBeUndefined();
      await store.ask('a', question, needs(), 60_000);
      expect(await store.look('old')).toBeUndefined();
      await store.ask('b', question, needs(), 60_000);
      await expect(store.ask('c', question, needs(), 60_000)).rejects.toMatchObject({ code: 'unavailable' });
      const long = { ...question, inputs: { region: 'x'.repeat(300) } };
      await expect(store.ask('d', long, needs(), 60_000)).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}
