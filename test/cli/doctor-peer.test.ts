import { describe, expect, it } from 'vitest';
import { judgePeers } from '../../src/cli/doctor-peer.ts';

describe('what doctor says of notebooks that call the server', () => {
  it.each([
    ['told by control groups', { own: 'other', waiting: 'kernel', closed: 'kernel' }, 'ok', /whichever process/],
    ['told by processes', { own: 'other', waiting: 'kernel', closed: 'unknown' }, 'warning', /must sign in/],
    [
      'not told from other clients',
      { own: 'unknown', waiting: 'unknown', closed: 'unknown' },
      'warning',
      /all of them/,
    ],
    ['taken for another', { own: 'other', waiting: 'kernel', closed: 'other' }, 'warning', /cannot be told/],
    ['on another system', undefined, 'warning', /cannot be told/],
  ] as const)('%s', (_what, trial, state, text) => {
    const found = judgePeers(trial, true);
    expect(found.state).toBe(state);
    expect(found.text).toMatch(text);
    expect(found.remedy === undefined).toBe(state === 'ok');
  });
});
