import { expect, test } from 'vitest';
import { errorOfR, readLines, toolText, untilError } from '../../src/python/tool-text.ts';

test('shows what a tool prints without colours, overwritten progress, passwords and the private folder', () => {
  expect(
    toolText(
      '\x1b[31merror\x1b[0m: 10%\r20%\nhttp://me:secret@host/x https://host/t/tk-secret/own \x07\x9b/tmp/b/lock.txt\r\n',
      '/tmp/b',
    ),
  ).toBe('20%\nhttp://***@host/x https://host/t/***/own lock.txt\n');
});

test('puts the pieces of a line together before anybody sees it', () => {
  const lines: string[] = [];
  const reader = readLines((line) => lines.push(line));
  for (const piece of ['http://me:sec', 'ret@host\n\none\rtw', 'o']) reader.add(piece);
  expect(lines).toEqual(['http://me:secret@host', 'one']);
  reader.end();
  expect(lines).toEqual(['http://me:secret@host', 'one', 'two']);
});

test('keeps the lines of an error for the reason of the failure', () => {
  const lines: string[] = [];
  const say = untilError((line) => lines.push(line));
  for (const line of ['Resolved 3 packages', '  × No solution found', '  ╰─▶ Because x was not found']) say(line);
  expect(lines).toEqual(['Resolved 3 packages']);
  const told: string[] = [];
  ['* DONE (a)', 'Error: b 7 is in none'].forEach(untilError((line) => told.push(line)));
  expect(told).toEqual(['* DONE (a)']);
  expect(errorOfR('* DONE (a)\nError: b 7 is in none\nExecution halted\n')).toBe('Error: b 7 is in none');
  expect(errorOfR('one\n'.repeat(30)).split('\n')).toHaveLength(20);
});
