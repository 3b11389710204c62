import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { NO_PARAMETERS } from '../../src/domain/parameter/parameter.ts';
import { commandOf, listProcesses } from '../../src/system/proc.ts';
import { bash } from '../../src/language/bash/bash.ts';
import { BASH_PACKAGES, bashKernel } from './bash-kernel.ts';
import { createBench, say } from './fixture.ts';

const commands = async () => Promise.all((await listProcesses()).map(commandOf));

it.skipIf(BASH_PACKAGES === undefined)(
  'a Bash kernel takes parameters, leaves files, fails with its words and is interrupted, needs bash_kernel',
  async () => {
    const bench = await createBench({ dataDirectories: [await bashKernel()] });
    const kernel = await bench.take({ kernelName: 'bash', language: 'bash' });
    const text = `it's "é" $HOME \\ \`id\` ! \u{1f600}\ttab`;
    expect(await say(kernel, bash.writeParameters({ text, list: ['a b', "'"], n: 1.5 }, NO_PARAMETERS))).toMatchObject({
      status: 'ok',
      text: '',
    });
    await say(kernel, `printf '%s|' "$text" "\${list[@]}" "$n" > "$SCRIPT_RUNNER_OUTPUT_DIR/out"`);
    expect(await readFile(join(bench.scripts, '..', 'run-1', 'out'), 'utf8')).toBe(`${text}|a b|'|1.5|`);
    expect(await say(kernel, 'ls /nowhere')).toMatchObject({
      status: 'error',
      messages: expect.arrayContaining([expect.objectContaining({ type: 'error', value: '2' })]),
    });
    const seconds = String(1_000_000 + process.pid);
    const ended = kernel.execute(`sleep ${seconds}`, { onMessage: () => undefined });
    // Bash passes the terminal on before the program has started: a signal in between reaches neither.
    await vi.waitFor(
      async () => {
        expect(await commands()).toContainEqual(['sleep', seconds]);
      },
      { timeout: 30_000, interval: 20 },
    );
    let isOver = false;
    const over = ended.then(() => (isOver = true));
    // on a busy machine one may still come too early
    while (!isOver) {
      await kernel.interrupt();
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 2_000))]);
    }
    expect((await ended).status).not.toBe('ok');
    expect((await say(kernel, 'echo alive')).text).toBe('alive\n');

    const ending = await bench.take({ kernelName: 'bash', language: 'bash' });
    await say(ending, `trap 'printf bye > "$SCRIPT_RUNNER_OUTPUT_DIR/bye"' EXIT`);
    await ending.endProgram?.({ limitMs: 2_000, onMessage: () => undefined });
    expect(await readFile(join(bench.scripts, '..', 'run-2', 'bye'), 'utf8')).toBe('bye');
  },
);
