import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { toKernelMessage } from '../../../src/kernel/protocol/output.ts';

describe('output', () => {
  it.each([
    ['stream', { name: 'stderr', text: 'x' }, { type: 'stream', name: 'stderr', text: 'x' }],
    ['stream', { name: 'odd', text: null }, { type: 'stream', name: 'stdout', text: '' }],
    [
      'display_data',
      { data: { 'text/plain': 'x' }, metadata: { a: 1 }, transient: { display_id: 'd' } },
      { type: 'display', data: { 'text/plain': 'x' }, metadata: { a: 1 }, displayId: 'd' },
    ],
    [
      'execute_result',
      { data: {}, metadata: {}, execution_count: 4 },
      { type: 'display', data: {}, metadata: {}, executionCount: 4 },
    ],
    [
      'update_display_data',
      { data: {}, metadata: {}, transient: { display_id: 'd' } },
      { type: 'update-display', data: {}, metadata: {}, displayId: 'd' },
    ],
    ['update_display_data', { data: {}, metadata: {} }, undefined],
    ['comm_open', { comm_id: 'w', target_name: 'other', data: { state: {} } }, undefined],
    [
      'comm_open',
      { comm_id: 'w', target_name: 'jupyter.widget', data: { state: { value: 1 } } },
      { type: 'widget-changed', widget: 'w', state: { value: 1 } },
    ],
    [
      'comm_msg',
      { comm_id: 'w', data: { method: 'update', state: { outputs: [{ output_type: 'stream', text: 'x' }, 1] } } },
      {
        type: 'widget-changed',
        widget: 'w',
        state: {},
        outputs: [{ type: 'stream', name: 'stdout', text: 'x' }],
      },
    ],
    ['comm_msg', { comm_id: 'w', data: { method: 'custom' } }, undefined],
    ['comm_close', { comm_id: 'w' }, { type: 'widget-closed', widget: 'w' }],
    ['clear_output', { wait: true }, { type: 'clear-output', wait: true }],
    [
      'error',
      { ename: 'E', evalue: 'v', traceback: ['t'] },
      { type: 'error', name: 'E', value: 'v', traceback: ['t'] },
    ],
    ['status', { execution_state: 'busy' }, undefined],
    ['comm_open', {}, undefined],
  ])('%s %j', (type, content, said) => {
    expect(toKernelMessage(type, content)).toEqual(said);
  });

  it('says in the value and the traceback why input cannot be', () => {
    const evalue = 'raw_input was called, but this frontend does not support input requests.';
    const said = toKernelMessage('error', {
      ename: 'StdinNotImplementedError',
      evalue,
      traceback: [`StdinNotImplementedError: ${evalue}`],
    });
    expect(said).toMatchObject({
      value: expect.stringContaining('parameter'),
      traceback: [expect.stringContaining('parameter')],
    });
  });

  it('takes any content without throwing', () => {
    const type = fc.constantFrom(
      'stream',
      'display_data',
      'execute_result',
      'update_display_data',
      'clear_output',
      'error',
    );
    fc.assert(
      fc.property(
        type,
        fc.dictionary(
          fc.constantFrom('name', 'text', 'data', 'metadata', 'transient', 'traceback', 'ename', 'wait'),
          fc.jsonValue(),
        ),
        (name, content) => {
          expect(() => toKernelMessage(name, content as JsonObject)).not.toThrow();
        },
      ),
    );
  });
});
