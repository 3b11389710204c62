import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorProblem, contrastOf, darkColor, linear, passingColor } from '../../../src/domain/report/brand-color.ts';
import { brandStyle, NO_BRAND } from '../../../src/domain/report/brand.ts';

const WHITE = [1, 1, 1] as const;

describe('the contrast of a colour', () => {
  // as the WCAG's own examples
  it.each([
    ['#000000', 21],
    ['#ffffff', 1],
    ['#767676', 4.54],
    ['#777777', 4.48],
    ['#0000ff', 8.59],
  ])('%s on white is %f', (hex, contrast) => {
    expect(contrastOf(linear(hex), WHITE)).toBeCloseTo(contrast, 2);
  });

  it('is told where it is too low, with a colour that passes', () => {
    expect(colorProblem('#767676')).toBeUndefined();
    expect(colorProblem('#ffcc00')).toMatch(
      /^has a contrast of 1\.5 with white, and text needs 4\.5; #[0-9a-f]{6} passes$/,
    );
  });

  it('passes for each colour that is proposed, and for each dark form', () => {
    const channel = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).padStart(2, '0'));
    fc.assert(
      fc.property(channel, channel, channel, (r, g, b) => {
        expect(colorProblem(passingColor(`#${r}${g}${b}`))).toBeUndefined();
        expect(darkColor(`#${r}${g}${b}`).l).toBeGreaterThanOrEqual(0.76);
      }),
    );
  });
});

it('makes a style sheet from colour and font, and none from the built-in look', () => {
  expect(brandStyle(NO_BRAND)).toBe('');
  const css = brandStyle({ ...NO_BRAND, color: '#0a7d4f', font: { mime: 'font/woff2', base64: 'QUJD' } });
  expect(css).toContain('src:url(data:font/woff2;base64,QUJD)');
  expect(css).toMatch(/--accent:light-dark\(#0a7d4f,oklch\(0\.\d+ 0\.\d+ \d+\.\d\)\)/);
});
