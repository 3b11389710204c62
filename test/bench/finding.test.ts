import { describe, expect, it } from 'vitest';
import { bounded, compared, digits, toMarkdown } from '../../bench/finding.ts';
import { summary } from '../../bench/measure.ts';

const ours = summary([10, 10, 10]);
const peer = { name: 'peer', times: summary([150, 200, 250]) };

describe('a finding', () => {
  it('is met at its bound and missed beyond', () => {
    expect(bounded('memory', 30, 'MB', 30)).toEqual({ what: 'memory', ours: '30.0 MB', aim: '≤ 30 MB', met: true });
    expect(bounded('memory', 30.1, 'MB', 30).met).toBe(false);
    expect(bounded('memory', NaN, 'MB', 30).met).toBe(false);
  });

  it('compares medians, ours below the peer’s', () => {
    expect(compared('click', ours, peer, 20)).toEqual({
      what: 'click',
      ours: '10.0 ms (10.0–10.0)',
      peer: 'peer: 200 ms (160–240)',
      ratio: '20.0×',
      aim: '≥ 20×',
      met: true,
    });
    expect(compared('click', ours, peer, 21).met).toBe(false);
  });

  it('without an aim has no verdict', () => {
    expect(compared('click', ours, peer)).not.toHaveProperty('met');
    expect(
      toMarkdown([compared('click', ours, peer), bounded('memory', 31, 'MB', 30)])
        .split('\n')
        .slice(2),
    ).toEqual([
      '| click | 10.0 ms (10.0–10.0) | peer: 200 ms (160–240) | 20.0× |  |  |',
      '| memory | 31.0 MB |  |  | ≤ 30 MB | **missed** |',
    ]);
  });

  it('shows three digits', () => {
    expect([0.123, 1.234, 12.34, 123.4, -0.456, -12.34].map(digits)).toEqual([
      '0.12',
      '1.23',
      '12.3',
      '123',
      '-0.46',
      '-12.3',
    ]);
  });
});
