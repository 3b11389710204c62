/** How much each person may upload: at once, and within an hour. */
import { expect, it } from 'vitest';
import { createUploadRoom } from '../../../src/app/upload/upload-room.ts';
import { HOUR_MS } from '../../../src/domain/milliseconds.ts';

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

it('lets a person upload eight files at once, and another one none the less', () => {
  const room = createUploadRoom();
  const open = times(8, () => room.enter('ana', 100, 0));
  expect(() => room.enter('ana', 100, 0)).toThrow('At most 8 files can be uploaded at once. Try again later.');
  room.enter('bob', 100, 0).leave();
  open[0]?.leave();
  open[0]?.leave();
  room.enter('ana', 100, 0);
  expect(() => room.enter('ana', 100, 0)).toThrow('At most 8');
});

it('lets all people together upload 64 files at once', () => {
  const room = createUploadRoom();
  for (let person = 0; person < 8; person += 1) times(8, () => room.enter(`person${person}`, 100, 0));
  expect(() => room.enter('another', 100, 0)).toThrow('Too many files are being uploaded now.');
});

it('counts ten times the limit within an hour, and begins anew after it', () => {
  const room = createUploadRoom();
  const first = room.enter('ana', 100, 0);
  first.count(1000);
  expect(() => first.count(1)).toThrow('You have uploaded too much within an hour.');
  first.leave();
  expect(() => room.enter('ana', 100, HOUR_MS - 1)).toThrow('too much within an hour');
  room.enter('ana', 100, HOUR_MS).count(1000);
});

it('forgets no upload that is under way when the hour is over', () => {
  const room = createUploadRoom();
  const open = times(8, () => room.enter('ana', 100, 0));
  expect(() => room.enter('ana', 100, HOUR_MS)).toThrow('At most 8');
  for (const each of open) each.leave();
  times(8, () => room.enter('ana', 100, HOUR_MS));
  expect(() => room.enter('ana', 100, HOUR_MS)).toThrow('At most 8');
});
