import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import type { KernelMessage } from '../../../src/domain/kernel/kernel.ts';
import { createMessageQueue } from '../../../src/kernel/protocol/message-queue.ts';
import { createExecutions } from '../../../src/kernel/protocol/execution.ts';
import type { Message } from '../../../src/kernel/protocol/wire.ts';

const message = (type: string, parent: string, content: JsonObject = {}): Message => ({
  identities: [],
  header: { msg_type: type },
  parent: { msg_id: parent },
  metadata: {},
  content,
  buffers: [],
});
const idle = (parent: string) => message('status', parent, { execution_state: 'idle' });

describe('executions', () => {
  const start = () => {
    const heard: KernelMessage[] = [];
    const executions = createExecutions(
      createMessageQueue(() => undefined),
      () => false,
    );
    const begin = (id: string) => executions.begin(id, { onMessage: (said) => void heard.push(said) });
    const hear = (...messages: Message[]) => {
      for (const each of messages) executions.onMessage(each, 1);
    };
    return { executions, heard, begin, hear };
  };

  it('ends after both the reply and the idle status, in either order', async () => {
    const { begin, hear } = start();
    const [a, b] = [begin('a'), begin('b')];
    hear(message('execute_reply', 'a', { status: 'ok', execution_count: 3 }), idle('a'));
    hear(idle('b'), message('execute_reply', 'b', { status: 'error' }));
    expect(await Promise.all([a, b])).toEqual([{ status: 'ok', executionCount: 3 }, { status: 'error' }]);
  });

  it('ends a silent request with its reply: it has no outputs to wait for', async () => {
    const { executions, hear } = start();
    const ended = executions.begin('a', { silent: true, onMessage: () => undefined });
    hear(message('execute_reply', 'a', { status: 'error', ename: 'E', evalue: '', traceback: [] }));
    expect(await ended).toEqual({ status: 'error' });
    hear(idle('a'));
  });

  it.each(['aborted', 'abort'])('knows a refused request by the status %s', async (status) => {
    const { begin, hear } = start();
    const ended = begin('a');
    hear(message('execute_reply', 'a', { status }), idle('a'));
    expect(await ended).toEqual({ status: 'aborted' });
  });

  it('gives outputs to the request they answer, late ones too, and none to strangers', async () => {
    const { begin, hear, heard } = start();
    const ended = begin('a');
    hear(message('stream', 'b', { text: 'not ours' }), message('execute_reply', 'a', { status: 'ok' }), idle('a'));
    await ended;
    hear(message('stream', 'a', { name: 'stderr', text: 'late' }));
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'stream', name: 'stderr', text: 'late' }]));
  });

  it('answers a question for input once', async () => {
    const { executions, begin, heard } = start();
    void begin('a');
    expect([
      executions.refuseInput(message('input_request', 'a')),
      executions.refuseInput(message('input_request', 'a')),
      executions.refuseInput(message('input_request', 'x')),
    ]).toEqual([true, true, false]);
    await vi.waitFor(() =>
      expect(heard).toMatchObject([{ type: 'error', value: expect.stringContaining('parameter') }]),
    );
  });

  it('delivers what was sent ahead when it is opened, also what came before the kernel was gone', async () => {
    const { executions, begin, hear, heard } = start();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const first = begin('a');
    const onMessage = (said: KernelMessage) => void heard.push(said);
    let begun = 0;
    const ahead = executions.begin('b', { onMessage, onBegin: () => (begun += 1) }, { after: 'a', opened });
    hear(idle('a'), message('status', 'b', { execution_state: 'busy' }));
    hear(message('stream', 'b', { name: 'stdout', text: 'ahead' }), message('execute_reply', 'a', { status: 'ok' }));
    expect([await first, begun, heard]).toEqual([{ status: 'ok' }, 1, []]);
    executions.failAll(new Error('died'));
    open();
    await expect(ahead).rejects.toThrow('died');
    expect(heard).toEqual([{ type: 'stream', name: 'stdout', text: 'ahead' }]);
  });

  it('rejects all that wait when the kernel is gone', async () => {
    const { executions, begin } = start();
    const ended = begin('a');
    executions.failAll(new Error('died'));
    await expect(ended).rejects.toThrow('died');
  });

  it('says that the code asked the kernel to end', async () => {
    const { begin, hear } = start();
    const ended = begin('a');
    hear(message('execute_reply', 'a', { status: 'ok', payload: [{ source: 'ask_exit' }] }), idle('a'));
    expect(await ended).toEqual({ status: 'ok', asksExit: true });
  });

  describe('where a message is lost', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('ends after silence', async () => {
      const { begin, hear } = start();
      const ended = begin('a');
      hear(message('execute_reply', 'a', { status: 'ok' }));
      await vi.advanceTimersByTimeAsync(3000);
      expect(await ended).toEqual({ status: 'ok' });
    });

    it('fails after silence where no reply comes, and says so', async () => {
      const { begin, hear, heard } = start();
      const ended = begin('a');
      hear(idle('a'));
      await vi.advanceTimersByTimeAsync(4000);
      hear(message('stream', 'a', { name: 'stdout', text: 'late' }));
      await vi.advanceTimersByTimeAsync(4000);
      expect(heard).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(3000);
      expect(await ended).toEqual({ status: 'error' });
      expect(heard[1]).toMatchObject({ type: 'error', name: 'NoReply' });
    });
  });
});
