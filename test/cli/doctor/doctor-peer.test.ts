import { describe, expect, it } from 'vitest';
import { judgePeers, type PeerTrial } from '../../../src/cli/doctor/doctor-peer.ts';
import type { Peer } from '../../../src/domain/access/peer.ts';
import type { PeerMethod } from '../../../src/kernel/sandbox/peer.ts';

const trial = (own: Peer, waiting: Peer, closed: Peer, method: PeerMethod): PeerTrial => ({
  own,
  waiting,
  closed,
  method,
});

describe('what doctor says of notebooks that call the server', () => {
  it.each([
    ['told by control groups', trial('other', 'kernel', 'kernel', 'group'), 'ok', /whichever process/],
    ['told by processes', trial('other', 'kernel', 'unknown', 'process'), 'warning', /must sign in/],
    ['told by processes, with luck', trial('other', 'kernel', 'kernel', 'process'), 'warning', /must sign in/],
    ['not told from other clients', trial('unknown', 'unknown', 'unknown', 'process'), 'warning', /all of them/],
    ['taken for another', trial('other', 'kernel', 'other', 'process'), 'warning', /cannot distinguish/],
    ['on another system', undefined, 'warning', /cannot distinguish/],
  ] as const)('%s', (_what, found, state, text) => {
    const judged = judgePeers(found, true);
    expect(judged.state).toBe(state);
    expect(judged.text).toMatch(text);
    expect(judged.remedy === undefined).toBe(state === 'ok');
  });
});
