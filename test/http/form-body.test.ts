import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFormBody } from '../../src/http/form-body.ts';
import { form, openSite } from './site.ts';
import type { TestSite } from './site.ts';

describe('the body of a form', () => {
  it.each<[string, Record<string, string | string[]>]>([
    ['', {}],
    ['a=1&b=x+y%20z&c', { a: '1', b: 'x y z', c: '' }],
    ['tag=a&tag=b&tag=c', { tag: ['a', 'b', 'c'] }],
    [
      'city=K%C3%B6ln+%E2%82%AC&__proto__=x',
      JSON.parse('{"city": "Köln €", "__proto__": "x"}') as Record<string, string>,
    ],
    ['city=Köln&share=100%', { city: 'Köln', share: '100%' }],
  ])('%s', (text, fields) => {
    expect({ ...readFormBody(Buffer.from(text)) }).toEqual(fields);
  });

  it('takes time linear in the number of equal fields', () => {
    expect(readFormBody(Buffer.from('a=&'.repeat(300_000)))['a']).toHaveLength(300_000);
  });

  describe('that is not UTF-8', () => {
    let site: TestSite;
    beforeAll(async () => {
      site = await openSite();
    });
    afterAll(async () => site.close());

    it.each([
      [Buffer.from('region=caf\xe9', 'latin1'), 'The form is not UTF-8.'],
      [Buffer.from('rows=1&region=caf%E9'), 'The field region is not UTF-8.'],
      [Buffer.from('region=%C3+%A9'), 'The field region is not UTF-8.'],
    ])('%s is refused with 400, and nothing runs', async (payload, sentence) => {
      const { statusCode, body } = await site.app.inject({ ...form('/s/sales/weekly', {}), payload });
      expect(statusCode).toBe(400);
      expect(body).toContain(sentence);
      expect((await site.app.inject('/api/v1/runs')).json()).toMatchObject({ items: [] });
    });
  });
});
