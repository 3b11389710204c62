import { describe, expect, it } from 'vitest';
import { filePolicy, reportPolicy, stillPolicy } from '../../src/render/policy.ts';

const ASSETS = 'http://127.0.0.1:16024/assets/';

function directives(policy: string): Map<string, string[]> {
  return new Map(policy.split('; ').map((part) => [part.split(' ')[0] ?? '', part.split(' ').slice(1)]));
}

describe('stillPolicy', () => {
  it('differs only in the scripts, of which those of the assets alone may run', () => {
    const [still, usual] = [stillPolicy(ASSETS, ['https://x.org']), reportPolicy(ASSETS, ['https://x.org'])].map(
      directives,
    );
    expect(still?.get('script-src')).toEqual([ASSETS]);
    usual?.set('script-src', [ASSETS]);
    expect(still).toEqual(usual);
  });
});

describe('reportPolicy', () => {
  it('gives the report an origin of its own and no way to speak', () => {
    const policy = directives(reportPolicy(ASSETS));
    expect(policy.get('sandbox')).not.toContain('allow-same-origin');
    expect(policy.get('sandbox')).not.toContain('allow-modals');
    expect(policy.get('sandbox')).not.toContain('allow-top-navigation');
    for (const name of ['default-src', 'connect-src', 'form-action', 'base-uri', 'frame-src']) {
      expect(policy.get(name), name).toEqual(["'none'"]);
    }
  });

  it('loads code, styles and fonts from the assets, and from the hosts that are allowed', () => {
    const policy = directives(reportPolicy(ASSETS, ['https://tiles.example.org']));
    for (const name of ['script-src', 'style-src', 'font-src']) expect(policy.get(name), name).toContain(ASSETS);
    expect(policy.get('img-src')).toContain('https://tiles.example.org');
    expect(policy.get('connect-src')).toEqual(["'none'"]);
    const alone = directives(filePolicy(['https://tiles.example.org']));
    expect([alone.get('img-src'), alone.get('connect-src')]).toEqual([
      ['data:', 'blob:', 'https://tiles.example.org'],
      ["'none'"],
    ]);
    expect(filePolicy()).not.toContain('https:');
  });
});
