/** Asks for a value that must not appear on the screen, or for a word; without a terminal, by standard input. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AppError } from '../domain/error.ts';

/** The answer without its line end. Throws `invalid` for an empty one. */
export async function askHidden(question: string): Promise<string> {
  const answer = process.stdin.isTTY ? await ask(question) : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (answer === '') throw new AppError('invalid', 'Nothing was entered.');
  return answer;
}

/** Returns when the word has been entered. Throws `invalid` for anything else. */
export async function confirm(word: string): Promise<void> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stderr.write(`Type ${word} to go on: `);
  const terminal = createInterface({ input: stdin });
  try {
    const { value } = (await terminal[Symbol.asyncIterator]().next()) as { readonly value?: string };
    if (value?.trim() === word) return;
  } finally {
    terminal.close();
  }
  throw new AppError('invalid', `Nothing was changed: the answer was not ${word}. Without a terminal, add --yes.`);
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
