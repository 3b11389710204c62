import { expect, it } from 'vitest';
import { createByteRoom } from '../../src/app/byte-room.ts';

const never = new AbortController().signal;

it('lets in who fits, in the order of their coming, and the rest when there is room', async () => {
  const room = createByteRoom(10);
  const entered: string[] = [];
  const enter = async (name: string, bytes: number, signal = never) => {
    const leave = await room.take(bytes, signal);
    entered.push(name);
    return leave;
  };
  const first = await enter('first', 6);
  const second = enter('second', 6);
  const third = enter('third', 1);
  await Promise.resolve();
  expect(entered).toEqual(['first']);
  first();
  first();
  await Promise.all([second, third]);
  expect(entered).toEqual(['first', 'second', 'third']);
});

it('lets in what is larger than all of it, alone, and forgets who leaves while waiting', async () => {
  const room = createByteRoom(10);
  const large = await room.take(100, never);
  const gone = new AbortController();
  const waiting = room.take(1, gone.signal);
  gone.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  large();
  (await room.take(10, never))();
});
