import { describe, expect, it } from 'vitest';
import { readGitAddress } from '../../../src/domain/script/script-origin.ts';

describe('the address of a repository', () => {
  it.each([
    ['git+https://host.example/team/x.git', { url: 'https://host.example/team/x.git', protocol: 'https' }],
    [
      'git+https://ada@host.example:8443/x@2/y.git#main',
      { url: 'https://ada@host.example:8443/x@2/y.git', ref: 'main' },
    ],
    ['git+ssh://git@host.example/x.git#feature/a-b:teams/sales', { ref: 'feature/a-b', folder: 'teams/sales' }],
    ['git+file:///srv/x.git#:teams', { url: 'file:///srv/x.git', protocol: 'file', folder: 'teams' }],
  ])('reads %s', (text, expected) => {
    expect(readGitAddress(text)).toMatchObject({ ...expected, shown: text });
  });

  it.each([
    'https://host.example/x.git',
    'git+http://host.example/x.git',
    'git+ext::sh -c id',
    'git+https://ada:password@host.example/x.git',
    'git+https://-oProxyCommand=id/x.git',
    'git+ssh://-oProxyCommand=id/x.git',
    'git+ssh://git@-oProxyCommand=id/x.git',
    'git+https://host.example/x.git#--upload-pack=id',
    'git+https://host.example/x.git#a..b',
    'git+https://host.example/x.git#main:../x',
    'git+https://host.example/x.git#main:/etc',
    'git+https://host.example/x.git#main\nid',
    'git+file://host/x.git',
    'git+file://../x.git',
    'git+https://host.example',
  ])('refuses %j', (text) => {
    expect(readGitAddress(text)).toBeUndefined();
  });
});
