import { expect, it } from 'vitest';
import { readTurns } from '../../bench/scheduler.ts';

const switched = (at: string, seconds: string, [from, state, to]: readonly [string, string, string]) => {
  const [pid, nextPid] = [from, to].map((thread) => thread.split('-').at(-1));
  const names = [from, to].map((thread) => (thread.endsWith('-0') ? 'swapper/0' : thread.replace(/-\d+$/, '')));
  return `  ${from} [00${at}] d..2.  ${seconds}: sched_switch: prev_comm=${names[0]} prev_pid=${pid} prev_prio=120 prev_state=${state} ==> next_comm=${names[1]} next_pid=${nextPid} next_prio=120`;
};

it('reads which thread had which processor, and who was interrupted', () => {
  const text = [
    '# tracer: nop',
    switched('0', '1.001', ['<idle>-0', 'R', 'MainThread-10']),
    switched('1', '1.002', ['<idle>-0', 'R', 'ZMQbg/IO/0-21']),
    switched('0', '1.003', ['MainThread-10', 'R+', 'python-20']),
    switched('1', '1.0035', ['ZMQbg/IO/0-21', 'S', '<idle>-0']),
    switched('0', '1.005', ['python-20', 'S', '<idle>-0']),
  ].join('\n');
  const turn = (processor: number, thread: string, [beginMs, endMs]: readonly [number, number]) => ({
    processor,
    thread,
    beginMs: expect.closeTo(beginMs, 6),
    endMs: expect.closeTo(endMs, 6),
  });
  expect(readTurns(text)).toEqual([
    { ...turn(0, 'MainThread-10', [1001, 1003]), isInterrupted: true },
    { ...turn(1, 'ZMQbg/IO/0-21', [1002, 1003.5]), isInterrupted: false },
    { ...turn(0, 'python-20', [1003, 1005]), isInterrupted: false },
  ]);
});

it('knows of a thread that has been woken where the switch from idle is missing', () => {
  const text = [
    switched('1', '1.000', ['MainThread-10', 'S', '<idle>-0']),
    '  libuv-worker-11 [000] d..2.  1.004: sched_waking: comm=MainThread pid=10 prio=120 target_cpu=001',
    '  MainThread-10 [001] d..2.  1.006: sched_waking: comm=libuv-worker pid=11 prio=120 target_cpu=000',
    switched('1', '1.007', ['MainThread-10', 'S', '<idle>-0']),
  ].join('\n');
  expect(readTurns(text).at(-1)).toMatchObject({
    thread: 'MainThread-10',
    beginMs: expect.closeTo(1004, 6),
    endMs: expect.closeTo(1007, 6),
  });
});
