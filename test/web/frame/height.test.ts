import { describe, expect, it } from 'vitest';
import { createHeightFilter } from '../../../src/web/frame/height.ts';
import { withWindowHeight } from '../../../src/web/frame/window-height.ts';

/**
 * A page that makes the frame as high as it requests until nothing changes. `high` returns the height of the content in
 * a frame of a height.
 */
function settle(high: (frame: number) => number, filter = createHeightFilter(), frame = 400): number[] {
  const frames = [frame];
  for (let turn = 0; turn < 50; turn++) {
    const next = filter.request(Math.ceil(high(frames.at(-1)!)), { width: 900, height: frames.at(-1)! }) + 2;
    if (next === frames.at(-1)) return frames;
    frames.push(next);
  }
  throw new Error(`still growing: ${frames.slice(-3).join(', ')}`);
}

describe('the height of a report', () => {
  it('is its own', () => {
    expect(settle(() => 700)).toEqual([400, 702]);
  });

  it.each([1, 0.5, 2])('settles where content is %d times as high as the frame', (ratio) => {
    const frames = settle((frame) => 100 + ratio * frame);
    expect(frames.at(-1)).toBeLessThan(2_000);
  });

  it('follows what is added after it has settled', () => {
    const filter = createHeightFilter();
    const settled = settle((frame) => 100 + frame, filter).at(-1)!;
    filter.changed();
    expect(filter.request(settled + 100 + 300, { width: 900, height: settled })).toBe(settled - 2 + 300);
  });

  it('follows a live report however often it grows', () => {
    const filter = createHeightFilter();
    let frame = 400;
    for (let rows = 1; rows < 100; rows++) {
      filter.changed();
      const px = rows * 500;
      expect(filter.request(px, { width: 900, height: frame })).toBe(px);
      frame = px + 2;
    }
  });
});

describe('heights of the window in outputs', () => {
  it.each([
    ['height:100vh', 'height:calc(100 * var(--window-vh, 1vh))'],
    ['min-height: calc(50dvh - 2px)', 'min-height: calc(calc(50 * var(--window-vh, 1vh)) - 2px)'],
    ['top:-.5vh', 'top:calc(-.5 * var(--window-vh, 1vh))'],
    ['width: 50vw', 'width: 50vw'],
    ['src: url(data:font/woff2;base64,a+3vh/3vh==)', 'src: url(data:font/woff2;base64,a+3vh/3vh==)'],
    ['#a3vh { color: #3vh }', '#a3vh { color: #3vh }'],
  ])('%s', (css, changed) => {
    expect(withWindowHeight(css)).toBe(changed);
  });
});
