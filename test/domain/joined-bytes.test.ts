import { describe, expect, it } from 'vitest';
import { joinBytes } from '../../src/domain/joined-bytes.ts';

describe('joined bytes', () => {
  it('are those of the pieces, in a buffer that nothing else uses', () => {
    const pool = Buffer.from('....ab..');
    const joined = joinBytes([pool.subarray(4, 6), new Uint8Array(), Buffer.from('c')]);
    expect(Buffer.from(joined).toString()).toBe('abc');
    expect([joined.byteOffset, joined.buffer.byteLength]).toEqual([0, 3]);
    joined.fill(0);
    expect(pool.toString()).toBe('....ab..');
  });

  it('of no pieces are none', () => {
    expect(joinBytes([])).toEqual(new Uint8Array());
  });
});
