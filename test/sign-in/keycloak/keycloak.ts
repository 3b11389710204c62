/**
 * Signs in by a real Keycloak in a browser, by hand: `node test/sign-in/keycloak/keycloak.ts FOLDER`, where FOLDER is
 * an unpacked Keycloak; see README.md. Ends with status 1 at the first thing that is not as it should be.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, testChromium } from '../../chromium.ts';
import { freePort } from '../../free-port.ts';

const MINUTE_MS = 60_000;
const START_MS = 20 * MINUTE_MS;
const ADMIN = { name: 'admin', password: 'password of the admin' };

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder of an unpacked Keycloak.');
const [app, keycloak] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
const issuer = `${keycloak}/realms/main`;
const project = mkdtempSync(join(tmpdir(), 'keycloak-'));
const pictures = join(project, 'pictures');
const programs: ChildProcess[] = [];
let isDone = false;
try {
  await Promise.all([startKeycloak(folder), startServer()]);
  const browser = await chromium.launch({ executablePath: testChromium() ?? '', args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(2 * MINUTE_MS);
    await walk(page);
  } finally {
    await browser.close();
  }
  isDone = true;
} finally {
  await Promise.all(programs.map(stop));
  rmSync(join(project, 'data'), { recursive: true, force: true });
  console.log(`${isDone ? 'All is as it should be' : 'Something is wrong'}; pictures: ${pictures}`);
}

async function walk(page: Page): Promise<void> {
  await signIn(page, 'sign-in');
  expect('groups give rights', (await page.goto(`${app}/admin`))?.status() === 200);
  await picture(page, 'admin');
  await page.goto(`${app}/sessions`);
  await picture(page, 'sessions');

  await administer('logout');
  expect('the back channel ends the session', await isOut(page));
  await signIn(page);
  await page.getByLabel('You: Ana Moreno').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${app}/sign-in`);
  await picture(page, 'signed-out');
  expect('signing out ends the session', await isOut(page));
  await page.goto(`${app}/sign-in/company`);
  expect('and that of Keycloak', await page.getByLabel('Username or email').isVisible());

  await signIn(page);
  await administer('', { method: 'PUT', body: JSON.stringify({ enabled: false }) });
  console.log('waits until the access token has expired');
  await sleep(MINUTE_MS + 5_000);
  expect('whoever is disabled is signed out', await isOut(page));
}

async function signIn(page: Page, name?: string): Promise<void> {
  await page.goto(`${app}/runs`);
  if (name !== undefined) await picture(page, name);
  await page.getByRole('link', { name: 'Sign in with Company account' }).click();
  await page.getByLabel('Username or email').fill('ana');
  await page.getByRole('textbox', { name: 'Password' }).fill('password of ana');
  if (name !== undefined) await picture(page, `${name}-there`);
  await page.getByRole('button', { name: 'Sign In' }).click();
  await page.waitForURL(`${app}/runs`);
  console.log('signed in');
}

async function isOut(page: Page): Promise<boolean> {
  await page.goto(`${app}/runs`);
  return page.url().startsWith(`${app}/sign-in`);
}

async function picture(page: Page, name: string): Promise<void> {
  for (const [width, theme] of [
    [1300, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`) });
  }
}

/** Asks the administration of Keycloak about the person `ana`. */
async function administer(what: string, init: RequestInit = { method: 'POST' }): Promise<void> {
  const body = { grant_type: 'password', client_id: 'admin-cli', username: ADMIN.name, password: ADMIN.password };
  const tokens = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(body),
  });
  const { access_token: token } = (await tokens.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const users = `${keycloak}/admin/realms/main/users`;
  const found = await fetch(`${users}?username=ana`, { headers });
  const [{ id = '' } = {}] = (await found.json()) as { id?: string }[];
  const reply = await fetch(`${users}/${id}/${what}`.replace(/\/$/, ''), { ...init, headers });
  if (!reply.ok) throw new Error(`Keycloak answered ${reply.status} to ${what}: ${await reply.text()}`);
}

async function startKeycloak(home: string): Promise<void> {
  const realm = readFileSync(resolve(import.meta.dirname, 'realm.json'), 'utf8').replaceAll('APP', app);
  mkdirSync(join(home, 'data/import'), { recursive: true });
  writeFileSync(join(home, 'data/import/main-realm.json'), realm);
  const { port } = new URL(keycloak);
  const flags = ['start-dev', '--import-realm', '--http-host', '127.0.0.1', '--http-port', port, '--cache', 'local'];
  // in memory: each time it begins anew
  const database = ['--db', 'dev-mem'];
  start('java', join(home, 'bin/kc.sh'), [...flags, ...database], {
    KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.name,
    KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  });
  await answers(`${issuer}/.well-known/openid-configuration`);
  console.log('Keycloak answers');
}

async function startServer(): Promise<void> {
  mkdirSync(join(project, 'scripts'), { recursive: true });
  mkdirSync(pictures);
  writeFileSync(
    join(project, 'script-runner.toml'),
    `operators = ["@admins"]
[[sign_in]]
name = "company"
type = "oidc"
title = "Company account"
issuer = "${issuer}"
client = "script-runner"
`,
  );
  const program = resolve(import.meta.dirname, '../../../bin/script-runner.js');
  const { port } = new URL(app);
  const flags = ['serve', project, '--port', port, '--data', join(project, 'data')];
  start('server', process.execPath, [program, ...flags], {
    SCRIPT_RUNNER_SIGN_IN_COMPANY_SECRET: 'secret-of-the-client',
  });
  await answers(`${app}/healthz`);
}

function start(name: string, command: string, words: readonly string[], variables: NodeJS.ProcessEnv): void {
  const log = (chunk: unknown) => void process.stderr.write(String(chunk).replace(/^(?=.)/gm, `${name}: `));
  const program = spawn(command, words, { env: { ...process.env, ...variables }, detached: true });
  program.stdout.on('data', log);
  program.stderr.on('data', log);
  programs.push(program);
}

/** With what it started. */
async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.pid === undefined) return;
  const ended = once(program, 'exit');
  process.kill(-program.pid, 'SIGTERM');
  await ended;
}

async function answers(url: string): Promise<void> {
  for (const untilMs = Date.now() + START_MS; Date.now() < untilMs; await sleep(500))
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
  throw new Error(`${url} does not answer`);
}

function expect(what: string, isTrue: boolean): void {
  if (!isTrue) throw new Error(`not so: ${what}`);
  console.log(what);
}
