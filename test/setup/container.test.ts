import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { durationMs } from '../../src/domain/text/duration.ts';
import { describeSetting, SETTING_NAMES } from '../../src/config/setting.ts';

const dockerfile = readFileSync('deploy/Dockerfile', 'utf8').replaceAll(/ *\\\n */g, ' ');
const lines = (word: string) =>
  [...dockerfile.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, rest]) => rest ?? '');
const compose = parse(readFileSync('deploy/compose.yaml', 'utf8')) as {
  services: {
    'script-runner': {
      environment: Record<string, string>;
      volumes: string[];
      ports: string[];
      stop_grace_period: string;
      stop_signal: string;
    };
  };
};
const service = compose.services['script-runner'];

it('copies what is there, and what .dockerignore lets through', () => {
  const sources = lines('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));
  expect(sources.length).toBeGreaterThan(5);
  const allowed = new Set(
    readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1)),
  );
  for (const source of sources) {
    expect(existsSync(source), source).toBe(true);
    expect(allowed.has(source.split('/')[0] ?? ''), source).toBe(true);
  }
});

it('names settings that there are', () => {
  const names = [
    ...lines('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=')[0] ?? '')),
    ...Object.keys(service.environment),
  ];
  const known = SETTING_NAMES.map((name) => `SCRIPT_RUNNER_${name.toUpperCase()}`);
  for (const name of names) expect(known).toContain(name.replace(/_FILE$/, ''));
});

it('agrees with the settings and the compose file on port, data and the time to stop', () => {
  const port = String(describeSetting('port').fallback);
  expect(lines('EXPOSE')).toEqual([port]);
  expect(dockerfile).toContain(`http://127.0.0.1:${port}/readyz`);
  expect(service.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  const [volume] = lines('VOLUME');
  expect(dockerfile).toContain(`SCRIPT_RUNNER_DATA=${volume}`);
  expect(service.volumes).toContain(`data:${volume}`);
  expect(durationMs(service.stop_grace_period)).toBeGreaterThan(durationMs(String(describeSetting('grace').fallback)));
  expect([lines('STOPSIGNAL')[0], service.stop_signal]).toEqual(['SIGTERM', 'SIGTERM']);
  expect(lines('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});
