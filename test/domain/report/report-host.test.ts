import { describe, expect, it } from 'vitest';
import { REPORT_HOST, reportHostProblem, reportSource } from '../../../src/domain/report/report-host.ts';

describe('a host that reports may load from', () => {
  it.each([
    ['tile.example.org', 'https://tile.example.org'],
    ['https://Tile.Example.org/', 'https://tile.example.org'],
    ['*.example.org', 'https://*.example.org'],
    ['cdn.example.org:8443', 'https://cdn.example.org:8443'],
    ['xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ])('%s is named as %s', (host, source) => {
    expect([REPORT_HOST.test(host), reportSource(host)]).toEqual([true, source]);
  });

  it.each([
    '*',
    '*.*',
    '*.org',
    'org',
    'https://*',
    'http://tile.example.org',
    'wss://tile.example.org',
    'tile.example.org/path',
    'tile.*.org',
    '127.0.0.1',
    '[::1]',
    'localhost',
    'data:',
    "'self'",
    'a.example.org; script-src *',
    'a.example.org b.example.org',
    'a.example.org\n',
    'user@a.example.org',
    '',
    '-a.example.org',
  ])('%j is none', (host) => {
    expect(REPORT_HOST.test(host)).toBe(false);
  });

  it('is not this server, by name or under a wildcard', () => {
    const own = ['127.0.0.1', 'Reports.example.org'];
    expect(reportHostProblem(['tile.example.org', '*.tiles.example.org', 'xreports.example.org'], own)).toBeUndefined();
    for (const host of [
      'reports.example.org',
      'https://reports.example.org:8443/',
      '*.example.org',
      'app.localhost',
      '*.localhost',
    ])
      expect(reportHostProblem(['a.example', host], own), host).toContain(JSON.stringify(host));
  });
});
