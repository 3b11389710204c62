import { afterAll, beforeAll, expect, it } from 'vitest';
import { form, openSite, page } from './site.ts';
import type { TestSite } from './site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite({
    brand: {
      name: 'Acme <Reports>',
      color: '#0a7d4f',
      logo: { mime: 'image/svg+xml', base64: 'PHN2Zy8+' },
      footer: 'For internal use',
      theme: 'dark',
    },
    authentication: { passwordHash: 'scrypt:1:x:y', operators: [] },
  });
});
afterAll(() => site.close());

it('is on each page, also on that of the sign-in', async () => {
  const { body } = await site.app.inject(page('/sign-in'));
  expect(body).toContain('· Acme &lt;Reports&gt;</title>');
  expect(body).toContain('<img class="logo" src="/brand/logo" alt="">');
  expect(body).toContain('<p>For internal use</p>');
  const style = /href="(\/brand\/style\.css\?v=[0-9a-f]+)"/.exec(body)?.[1] ?? '';
  const { headers, body: css } = await site.app.inject(page(style));
  expect(headers['content-type']).toContain('text/css');
  expect(css).toContain('--accent:light-dark(#0a7d4f,');
  const logo = await site.app.inject(page('/brand/logo'));
  expect([logo.body, logo.headers['content-type']]).toEqual(['<svg/>', 'image/svg+xml']);
  expect(logo.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
});

it('says nothing of reports to those who have not signed in', async () => {
  for (const url of ['/sign-in', '/s/sales/weekly']) {
    const { body } = await site.app.inject(page(url));
    expect(body).not.toMatch(/og:title|og:description/);
    expect(body).not.toContain('Weekly sales');
  }
});

it('gives other programs title and description of a page, and none of its values', async () => {
  const open = await openSite();
  const { body } = await open.app.inject(page('/s/sales/weekly?region=secret-value'));
  expect(body).toContain('<meta property="og:title" content="Weekly sales">');
  expect(body.split('</head>')[0]).not.toContain('secret-value');
  expect(body).not.toContain('/brand/');
  await open.app.inject(form('/s/sales/weekly', {}));
  const { id } = await open.finish();
  const run = await open.app.inject(page(`/runs/${id}`));
  expect(run.body).toContain('<meta property="og:title" content="Weekly sales">');
  expect((await open.app.inject(page('/brand/logo'))).statusCode).toBe(404);
  await open.close();
});
