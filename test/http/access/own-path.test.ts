import { describe, expect, it } from 'vitest';
import { ownPath } from '../../../src/http/access/own-path.ts';

describe('a path to be led to', () => {
  it.each([
    ['/app/', '/app/'],
    ['/app/runs?script=sales&x=//y', '/app/runs?script=sales&x=//y'],
    ['/app/s/%C3%A4%2Fb', '/app/s/%C3%A4%2Fb'],
    ['/app/a/../runs', '/app/runs'],
    ['/app//evil.example', '/app//evil.example'],
  ])('%j is ours', (text, path) => {
    expect(ownPath({ basePath: '/app' }, text)).toBe(path);
  });

  it.each([
    '',
    'runs',
    '//evil.example/app/',
    '/\\evil.example/app/',
    '\\\\evil.example/app/',
    '///evil.example/app/',
    '/\t/evil.example/app/',
    '/app/\n',
    'https://evil.example/app/',
    'javascript:alert(1)',
    '/other',
    '/app',
    '/app/../other',
    '/app/%2e%2e/other',
    '/app/..\\other',
  ])('%j is not', (text) => {
    expect(ownPath({ basePath: '/app' }, text)).toBeUndefined();
  });

  it.each(['/..//evil.example', '/a/..//evil.example', '/.\\\\evil.example', '/%2e//evil.example'])(
    '%j is another host once its dots are resolved',
    (text) => {
      expect(ownPath({ basePath: '' }, text)).toBeUndefined();
    },
  );
});
