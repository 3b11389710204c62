import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, secretFiles } from '../src/config/config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (flags = {}, environment = {}) => readConfig({ target: folder, flags, environment });
const settings = (text: string) => {
  writeFileSync(join(folder, 'script-runner.toml'), text);
};

describe('readConfig', () => {
  it('serves a folder without settings from the defaults', () => {
    const config = read();
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 16024,
      data: join(folder, '.script-runner'),
      python: undefined,
    });
    expect(config.project.scripts).toBe(folder);
    expect(config.limits.wallMs).toBe(3_600_000);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes scripts/ where there is one, and one notebook alone where a file is named', () => {
    mkdirSync(join(folder, 'scripts'));
    expect(read().project.scripts).toBe(join(folder, 'scripts'));
    writeFileSync(join(folder, 'a.ipynb'), '{}');
    expect(readConfig({ target: join(folder, 'a.ipynb'), environment: {} }).project).toMatchObject({
      scripts: folder,
      published: join(folder, 'a.ipynb'),
    });
  });

  it('lets flags win over variables and variables over the file', () => {
    settings('port = 1\nconcurrency = 3\nwall_limit = "90s"\nretain_bytes = "1.5GB"');
    const config = read(
      { port: '3' },
      { SCRIPT_RUNNER_PORT: '2', SCRIPT_RUNNER_CONCURRENCY: '5', SCRIPT_RUNNER_HOSTS: 'a.example, b.example' },
    );
    expect(config).toMatchObject({ port: 3, hosts: ['a.example', 'b.example'] });
    expect(config.limits).toMatchObject({ concurrency: 5, wallMs: 90_000 });
    expect(config.retention).toMatchObject({ bytes: 1.5e9 });
  });

  it('takes a value from the file that a variable names, unless the variable itself is set', () => {
    writeFileSync(join(folder, 'zone'), 'Europe/Paris\n');
    const SCRIPT_RUNNER_TIMEZONE_FILE = join(folder, 'zone');
    expect(read({}, { SCRIPT_RUNNER_TIMEZONE_FILE }).timezone).toBe('Europe/Paris');
    expect(read({}, { SCRIPT_RUNNER_TIMEZONE_FILE, SCRIPT_RUNNER_TIMEZONE: 'UTC' }).timezone).toBe('UTC');
    expect(() => read({}, { SCRIPT_RUNNER_TIMEZONE_FILE: join(folder, 'none') })).toThrow(
      /SCRIPT_RUNNER_TIMEZONE_FILE: names a file that cannot be read: there is no such file/,
    );
  });

  it('waits for no pipe and reads no device, and says which file it is', () => {
    execFileSync('mkfifo', [join(folder, 'script-runner.toml'), join(folder, 'pipe')]);
    const what = 'it is a pipe, a device, a socket or a folder, not a file';
    expect(() => read({}, { SCRIPT_RUNNER_TIMEZONE_FILE: join(folder, 'pipe') })).toThrow(
      `script-runner.toml: cannot be read: ${what} (${join(folder, 'script-runner.toml')}).\n  SCRIPT_RUNNER_TIMEZONE_FILE: names a file that cannot be read: ${what} (${join(folder, 'pipe')}).`,
    );
    rmSync(join(folder, 'script-runner.toml'));
    expect(() => read({}, { SCRIPT_RUNNER_TIMEZONE_FILE: '/dev/zero' })).toThrow(what);
    expect(() => readConfig({ target: join(folder, 'pipe') })).toThrow('pipe is neither a folder nor a file');
  });

  it('takes servers that reports may load from, but never itself', () => {
    expect(read({ report_hosts: 'tile.example.org, *.example.com' }).reportHosts).toEqual([
      'https://tile.example.org',
      'https://*.example.com',
    ]);
    settings('hosts = ["reports.example.org"]\nreport_hosts = ["*.example.org"]');
    expect(() => read()).toThrow(
      'report_hosts: must not name this server, but "*.example.org" does (reports.example.org). Name the other servers one by one.',
    );
    expect(() => read({ report_hosts: '*' })).toThrow(
      'report_hosts: must be a list of host names such as "tile.example.org" or "*.example.org", which are reached by https, not ["*"] (--report-hosts).',
    );
  });

  it('shows nothing of a password that stands where its hash should', () => {
    for (const line of [
      'password_hash = "hunter2-hunter2"',
      'password_hash = "hunter2-hunter2"\nport = ',
      'password_hash = "hunter2-hunter2',
    ]) {
      settings(line);
      expect(() => read()).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
    }
  });

  it('takes a password as its hash only', () => {
    expect(read().authentication).toEqual({ operators: [] });
    const line = 'scrypt:65536:8:1:n5n2Phv1XdEGTqp5Qclb2w==:Stnb01C7fONUldECQCORLb6n5l3brUP8GA3xE8OQO+w=';
    expect(read({}, { SCRIPT_RUNNER_PASSWORD_HASH: line }).authentication).toEqual({
      passwordHash: line,
      operators: [],
    });
    expect(() => read({ password_hash: 'hunter2' })).toThrow('"script-runner password" prints');
  });

  it('takes the secret of a proxy from variables only, and shows nothing of it', () => {
    const secret = 'hunter2-hunter2-hunter2';
    expect(read({}, { SCRIPT_RUNNER_PROXY_SECRET: secret }).authentication).toMatchObject({ proxySecret: secret });
    settings(`proxy_secret = "${secret}"`);
    for (const flags of [{}, { proxy_secret: secret }]) {
      expect(() => read(flags)).toThrow(/^(?=[^]*SCRIPT_RUNNER_PROXY_SECRET_FILE)(?![^]*hunter2)/);
    }
    settings('');
    const short = { SCRIPT_RUNNER_PROXY_SECRET: 'hunter2' };
    expect(() => read({}, short)).toThrow(/^(?=[^]*16 to 200 letters)(?![^]*hunter2)/);
  });

  it('takes keys of the server from variables only, newest first, and shows nothing of them', () => {
    const [newest, older] = ['n3west'.padEnd(40, 'x'), 'old'.padEnd(40, 'y')];
    expect(read().serverKeys).toEqual([]);
    expect(read({}, { SCRIPT_RUNNER_SERVER_KEY: `${newest}\n${older}\n${newest}` }).serverKeys).toEqual([
      newest,
      older,
    ]);
    const environment = { SCRIPT_RUNNER_SERVER_KEY_FILE: '/etc/key', SCRIPT_RUNNER_SECRET_KEY_FILE: '/etc/other' };
    expect(secretFiles({ environment })).toEqual(['/etc/key', '/etc/other']);
    settings(`server_key = "${newest}"`);
    expect(() => read()).toThrow('SCRIPT_RUNNER_SERVER_KEY');
    expect(() => read()).not.toThrow(newest);
    settings('');
    for (const wrong of ['n3west-short', `${newest} n3west-short`, Array(6).fill(newest).join(' ')])
      expect(() => read({}, { SCRIPT_RUNNER_SERVER_KEY: wrong })).toThrow(
        /^(?=[^]*server_key: must be up to five keys of 32 to 200 letters)(?![^]*n3west)/,
      );
  });

  it('takes the token of a gateway from variables only, and shows nothing of it', () => {
    const token = 'token-5c1f0b7a';
    const { gateway } = read(
      {},
      { SCRIPT_RUNNER_GATEWAY: 'https://jupyter.example/hub', SCRIPT_RUNNER_GATEWAY_TOKEN: token },
    );
    expect(gateway).toEqual({
      url: 'https://jupyter.example/hub/',
      shown: 'jupyter.example/hub',
      isReadable: false,
      token,
      scripts: [],
    });
    expect(read({ gateway: 'http://jupyter.example' }).gateway?.isReadable).toBe(true);
    expect(read({ gateway: 'http://127.0.0.1:8888' }).gateway?.isReadable).toBe(false);
    for (const address of [`https://h/?token=${token}`, `https://ana:${token}@h`, `ftp://${token}`, token]) {
      settings(`gateway = "${address}"`);
      expect(() => read()).toThrow('gateway: must be the address of a Jupyter server');
      expect(() => read()).not.toThrow(token);
    }
    settings(`gateway_token = "${token}"`);
    expect(() => read()).toThrow('SCRIPT_RUNNER_GATEWAY_TOKEN');
    expect(() => read()).not.toThrow(token);
  });

  it('takes a folder or a bucket for the files of reports, and its keys from variables only', () => {
    expect(read().blobs).toEqual({ folder: join(folder, '.script-runner/blobs'), isUsual: true });
    expect(read({ artifacts: 'files' }).blobs).toEqual({ folder: join(folder, 'files'), isUsual: false });
    settings('artifacts = "s3://reports//a/b/"\nartifacts_endpoint = "http://127.0.0.1:9000"');
    const keys = { SCRIPT_RUNNER_ARTIFACTS_KEY: 'id', SCRIPT_RUNNER_ARTIFACTS_SECRET: 'hunter2' };
    expect(read({}, keys).blobs).toEqual({
      bucket: 'reports',
      prefix: 'a/b/',
      shown: 's3://reports/a/b',
      endpoint: 'http://127.0.0.1:9000',
      region: undefined,
      pathStyle: true,
      key: { id: 'id', secret: 'hunter2' },
      temporary: join(folder, '.script-runner/uploads'),
    });
    for (const text of ['artifacts_secret = "hunter2"', 'artifacts_secret = "hunter2', 'artifacts_key = "hunter2"']) {
      settings(text);
      expect(() => read()).toThrow(/^(?!.*hunter2)/s);
      expect(() => read()).not.toThrow('hunter2');
    }
    for (const wrong of ['s3://', 's3://UPPER', 'http://x/y', 's3://a:b@bucket/x']) {
      settings(`artifacts = "${wrong}"`);
      expect(() => read()).toThrow('must be a folder, or a bucket such as');
    }
  });

  it('takes the password of the database from variables only, and shows nothing of it', () => {
    const urls = ['postgres://ana:hunter2@db:5/runs', 'postgresql://db/runs?user=ana&password=hunter2'];
    for (const [index, url] of urls.entries()) {
      const { database } = read({}, { SCRIPT_RUNNER_DATABASE: url });
      expect(database).toEqual({ url, shown: ['postgres://ana@db:5/runs', 'postgres://db/runs'][index] });
      settings(`database = "${url}"`);
      for (const flags of [{}, { database: url }])
        expect(() => read(flags)).toThrow(/^(?=[^]*SCRIPT_RUNNER_DATABASE_FILE)(?![^]*hunter2)/);
      settings(`database = "${url}`);
      expect(() => read()).toThrow(/^(?=[^]*script-runner.toml)(?![^]*hunter2)/);
      settings('');
    }
    const file = join(folder, 'address');
    writeFileSync(file, `${urls[0] ?? ''}\n`);
    expect(read({}, { SCRIPT_RUNNER_DATABASE_FILE: file }).database?.url).toBe(urls[0]);
    settings('database = "postgres:///runs?host=/run/postgresql"');
    expect(read().database?.shown).toBe('postgres:///run/postgresql/runs');
    settings('');
    expect(read().database).toBeUndefined();
    for (const wrong of ['mysql://ana:hunter2@db/runs', 'postgres://ana:hunter2@db', 'hunter2'])
      expect(() => read({}, { SCRIPT_RUNNER_DATABASE: wrong })).toThrow(
        /^(?=[^]*database: must be the address of a PostgreSQL)(?![^]*hunter2)/,
      );
  });

  it('resolves paths of the file against the project folder, and leaves a command alone', () => {
    settings('data = "../data"\npython = "env/bin/python"');
    expect(read()).toMatchObject({ data: join(folder, '../data'), python: join(folder, 'env/bin/python') });
    expect(read({ python: 'python3.12' }).python).toBe('python3.12');
  });

  it('reports all problems together, each with its place and what would be right', () => {
    settings('port = "x"\nprot = 1\nwall_limit = 60');
    expect(() => read({}, { SCRIPT_RUNNER_FOLLOW_LINKS: 'perhaps', SCRIPT_RUNNER_TIMEZONE: 'Mars/North' })).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: [
          { field: 'port', message: 'must be a whole number from 0 to 65535, not "x" (script-runner.toml).' },
          { field: 'prot', message: expect.stringContaining('is not a setting (script-runner.toml)') },
          {
            field: 'wall_limit',
            message: 'must be a duration such as "90s", "10m", "2h" or "30d", not 60 (script-runner.toml).',
          },
          { field: 'timezone', message: expect.stringContaining('(SCRIPT_RUNNER_TIMEZONE)') },
          { field: 'follow_links', message: 'must be true or false, not "perhaps" (SCRIPT_RUNNER_FOLLOW_LINKS).' },
        ],
      }),
    );
  });

  it('says where broken TOML is broken', () => {
    settings('port = \n');
    expect(() => read()).toThrow(/script-runner\.toml: .*1:  port =/s);
  });

  it('says so when there is nothing to serve', () => {
    expect(() => readConfig({ target: join(folder, 'none'), environment: {} })).toThrow(/There is no .*none/);
  });
});

describe('who signs people in', () => {
  const COMPANY = '[[sign_in]]\nname = "company"\ntype = "oidc"\nissuer = "https://id.example.org"\nclient = "app"\n';

  it('has its secret from a variable or a file, which runs do not see', () => {
    settings(COMPANY);
    expect(read().authentication.providers).toEqual([
      {
        type: 'oidc',
        name: 'company',
        title: 'company',
        issuer: 'https://id.example.org',
        client: 'app',
        scopes: 'openid profile email',
        nameClaim: 'preferred_username',
        groupsClaim: 'groups',
      },
    ]);
    settings(`${COMPANY}acr_values = "urn:mfa phr"\namr_values = "otp"`);
    expect(read().authentication.providers).toMatchObject([{ acrValues: 'urn:mfa phr', amrValues: 'otp' }]);
    const environment = { SCRIPT_RUNNER_SIGN_IN_COMPANY_SECRET: 'hush' };
    expect(read({}, environment).authentication.providers?.[0]).toMatchObject({ secret: 'hush' });
    const file = join(folder, 'secret');
    writeFileSync(file, 'hush\n');
    const config = read({}, { SCRIPT_RUNNER_SIGN_IN_COMPANY_SECRET_FILE: file });
    expect(config.authentication.providers?.[0]).toMatchObject({ secret: 'hush' });
    expect(secretFiles(config)).toEqual([file]);
  });

  it.each([
    ['secret = "hush"', 'notebooks can read'],
    ['name = "operator"', 'needs a name of its own'],
    ['name = "A b"', 'needs a name of its own'],
    ['type = "saml"', 'needs a type: accounts, ldap, oidc'],
    ['issuer = "http://id.example.org"', 'needs the address of the issuer with https'],
    ['colour = "red"', 'has “colour”, which is not one of title, issuer'],
    ['scopes = "email"', 'among them openid'],
    ['acr_values = "a  b"', 'needs words with a blank between them as acr_values'],
    ['amr_values = ""', 'needs words with a blank between them as amr_values'],
  ])('is refused with %s', (line, problem) => {
    const [field = ''] = line.split(' ');
    settings(COMPANY.replace(new RegExp(`${field} = .*\n`), '') + line);
    expect(() => read()).toThrow(problem);
    expect(() => read()).not.toThrow('hush');
  });

  it('of the server itself asks for a second factor if it says so', () => {
    const local = '[[sign_in]]\nname = "local"\ntype = "accounts"\n';
    for (const [line, isSecondFactorRequired] of [
      ['', false],
      ['second_factor = "optional"', false],
      ['second_factor = "required"', true],
    ] as const) {
      settings(local + line);
      expect(read().authentication.providers).toEqual([
        { type: 'accounts', name: 'local', title: 'local', isSecondFactorRequired },
      ]);
    }
    for (const wrong of ['"Required"', '""', 'true', '1']) {
      settings(`${local}second_factor = ${wrong}`);
      expect(() => read()).toThrow('sign_in “local”: needs "optional" or "required" as second_factor.');
    }
    settings(`${COMPANY}second_factor = "required"`);
    expect(() => read()).toThrow('has “second_factor”, which is not one of');
  });

  it('is refused twice with one name, and without a client', () => {
    settings(COMPANY + COMPANY.replace(/client.*/, ''));
    expect(() => read()).toThrow('is there twice');
    const accounts = '[[sign_in]]\ntype = "accounts"\n';
    settings(`${accounts}name = "local"\n${accounts}name = "others"`);
    expect(() => read()).toThrow('sign_in “others”: is a second table with the type accounts; there can be one.');
    settings(COMPANY.replace(/client.*/, ''));
    expect(() => read()).toThrow('sign_in “company”: needs a text as client.');
  });
});

describe('the look of a project', () => {
  it('is read with its files', () => {
    mkdirSync(join(folder, 'public/static'), { recursive: true });
    writeFileSync(join(folder, 'public/static/logo.svg'), '<svg/>');
    settings('brand_name = "Acme"\nbrand_logo = "logo.svg"\nbrand_color = "#0a7d4f"\nreport_theme = "print"');
    expect(read().brand).toEqual({
      name: 'Acme',
      color: '#0a7d4f',
      logo: { mime: 'image/svg+xml', base64: 'PHN2Zy8+' },
      theme: 'print',
    });
  });

  it.each([
    ['brand_color = "#ffcc00"', /brand_color: #ffcc00 has a contrast of 1\.5 .*#[0-9a-f]{6} passes\./],
    ['brand_color = "green"', /brand_color: must be a colour such as "#0a7d4f", not "green"/],
    ['brand_logo = "none.svg"', /brand_logo: names none\.svg in public\/static, which cannot be read/],
    ['brand_logo = "../secret.png"', /brand_logo: must name an SVG, PNG, WebP or JPEG file in public\/static/],
    ['brand_font = "logo.svg"', /brand_font: must name a WOFF2/],
    ['report_theme = "pink"', /report_theme: must be "auto", "light", "dark" or "print"/],
  ])('is refused: %s', (text, message) => {
    settings(text);
    expect(() => read()).toThrow(message);
  });
});
