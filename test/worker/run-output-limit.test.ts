import { describe, expect, it } from 'vitest';
import type { DisplayData } from '../../src/domain/kernel/kernel.ts';
import { LongJson } from '../../src/domain/text/json-long.ts';
import { createTestApp } from '../app/test-app.ts';

describe('what a run makes the server keep', () => {
  it('bounds whatever a notebook says: results, errors, names, metadata, forms, its last words', async () => {
    const long = 'x'.repeat(1_000_000);
    const shown = (data: DisplayData, more: object = {}) => ({ type: 'display', data, metadata: {}, ...more }) as const;
    const testApp = await createTestApp(
      ['flood', 'stop'],
      {
        async flood({ say, announce }) {
          for (let at = 0; at < 50; at += 1)
            await announce({ kind: 'result', name: `r${at}`, value: 'x'.repeat(100_000) });
          for (let at = 0; at < 600; at += 1) await announce({ kind: 'result', name: `n${at}`, value: at });
          for (let at = 0; at < 80; at += 1)
            await say({ type: 'error', name: long, value: long, traceback: [long, 'the end'] });
          await say(shown({ [long]: 'a', 'text/plain': 'kept' }, { displayId: long }));
          await say(shown(Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`x/${at}`, '']))));
          await say(shown({ 'text/plain': 'kept' }, { metadata: { long } }));
          await say({ type: 'lost', reason: 'size', sizeBytes: 2e9, isBegun: false });
          await say(shown({ 'application/vnd.script-runner+json': new LongJson('[]') }));
        },
        stop: ({ raise }) => raise('ScriptRunnerStop', long),
      },
      { limits: { outputBytes: 20_000_000, outputCount: 1000 } },
    );
    const { events, run } = await testApp.run();
    expect(run.outcome?.type).toBe('succeeded');
    expect(JSON.stringify(run.outcome).length).toBeLessThan(3000);
    expect(run.results).toHaveLength(19 + 481);
    const outputs = events.flatMap((event) => (event.type === 'output-added' ? [event.output] : []));
    const errors = outputs.filter(({ type }) => type === 'error');
    expect(errors).toHaveLength(80);
    expect(errors.every((error) => JSON.stringify(error).length < 105_000)).toBe(true);
    expect(errors[0]).toMatchObject({ traceback: [expect.any(String), '… cut …', 'the end'] });
    const displays = outputs.flatMap((output) => (output.type === 'display' ? [output] : []));
    expect(displays[0]).toMatchObject({ data: { 'text/plain': 'kept' }, displayId: expect.stringMatching(/^\w{64}$/) });
    expect(Object.keys(displays[1]!.data)).toHaveLength(50);
    expect(displays[2]!.metadata).toEqual({});
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    expect(notices).toEqual(
      expect.arrayContaining([
        expect.stringContaining('“r19” is not kept'),
        expect.stringContaining('formats of an output'),
        expect.stringContaining('metadata'),
        expect.stringContaining('An output of 2 GB is not shown'),
        'A result is not kept: it is too long.',
      ]),
    );
    expect(notices.length).toBeLessThan(60);
  });

  it('shows the error that ends a run though nothing else is shown any more, and not thousands', async () => {
    const testApp = await createTestApp(
      ['flood', 'bad'],
      {
        async flood({ print, say }) {
          await print('x'.repeat(2000));
          for (let at = 0; at < 5; at += 1) await say({ type: 'error', name: 'E', value: `${at}`, traceback: ['t'] });
        },
        bad: ({ raise }) => raise('ValueError', 'the reason'),
      },
      { limits: { outputBytes: 1000 } },
    );
    const { events, run } = await testApp.run();
    const errors = events.flatMap((event) =>
      event.type === 'output-added' && event.output.type === 'error' ? [event.output.value] : [],
    );
    expect(errors).toEqual(['0', '1', '2', '3', '4', 'the reason']);
    expect(run.outcome).toMatchObject({ exception: { value: 'the reason' } });
  });
});
