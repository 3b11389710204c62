import { describe, expect, it } from 'vitest';
import { listenProblem, networkOf } from '../../../src/domain/access/authentication.ts';

describe('listening', () => {
  const open = { operators: [] };
  it.each([
    ['127.0.0.1', open, [], undefined],
    ['127.8.0.1', open, [], undefined],
    ['localhost', open, [], undefined],
    ['::1', open, [], undefined],
    ['0.0.0.0', open, [], 'Set sign_in'],
    ['::', open, [], 'Set sign_in'],
    ['127.0.0.1.example.org', open, [], 'Set sign_in'],
    ['0.0.0.0', { ...open, passwordHash: 'x' }, [], undefined],
    ['0.0.0.0', { ...open, identityHeader: 'X-User' }, ['10.0.0.1'], undefined],
    ['127.0.0.1', { ...open, identityHeader: 'X-User' }, [], 'needs trusted_proxies'],
  ] as const)('on %s with %j and proxies %j', (host, authentication, proxies, problem) => {
    const said = listenProblem(host, authentication, proxies);
    if (problem === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(problem);
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8::6', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
