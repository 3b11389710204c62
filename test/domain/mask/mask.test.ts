import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskBytes } from '../../../src/domain/mask/mask-file.ts';
import { MASKED } from '../../../src/domain/mask/mask-span.ts';
import { createMaskStream } from '../../../src/domain/mask/mask-stream.ts';
import { createMask, NO_MASK } from '../../../src/domain/mask/mask.ts';
import { secretProblem } from '../../../src/domain/mask/secret.ts';

const SECRET = 'pä"s\\s/w+r&d<1> %41\'€😀x';
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const jsonAscii = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const html = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[sign]!);

/** Every way of writing a text that a report must not contain. */
const ENCODINGS: Record<string, (text: string) => string> = {
  plain: (text) => text,
  'base64 at 0': (text) => utf8(text).toString('base64').replace(/=+$/, ''),
  'base64 at 1': (text) => utf8(`x${text}yz`).toString('base64'),
  'base64 at 2': (text) => utf8(`xy${text}`).toString('base64'),
  'base64 url-safe': (text) => utf8(`${text}?`).toString('base64url'),
  'base64 wrapped': (text) =>
    utf8(`a long line of words before it: ${text}`).toString('base64').replace(/.{76}/g, '$&\r\n'),
  'base64 percent-encoded': (text) => encodeURIComponent(utf8(text).toString('base64')),
  'hex lower': (text) => utf8(text).toString('hex'),
  'hex upper': (text) => utf8(text).toString('hex').toUpperCase(),
  percent: encodeURIComponent,
  'percent, lower case': (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'percent, every byte': (text) => [...utf8(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'percent, few signs': (text) => encodeURI(text),
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ text }).toString().slice('text='.length),
  json: (text) => JSON.stringify(text).slice(1, -1),
  'json, ascii': jsonAscii,
  'json, slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'json in json': (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  'json in json, ascii': (text) => JSON.stringify(jsonAscii(text)).slice(1, -1),
  'every unit \\u': (text) => text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'python bytes': (text) =>
    [...utf8(text)]
      .map((byte) =>
        byte < 127 && byte > 31 && byte !== 92 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
      )
      .join(''),
  html,
  'html, decimal': (text) => [...text].map((sign) => `&#${sign.codePointAt(0)!};`).join(''),
  'html, hex': (text) => [...text].map((sign) => `&#x${sign.codePointAt(0)!.toString(16)};`).join(''),
  'html in json': (text) => JSON.stringify(html(text)).slice(1, -1),
  'json in html': (text) => html(JSON.stringify(text).slice(1, -1)),
  'html in html': (text) => html(html(text)),
  'json in percent': (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  'in colours': (text) => [...text].map((sign) => `\u001b[1;31m${sign}`).join(''),
  'quoted-printable': (text) =>
    [...utf8(text)]
      .map((byte) =>
        byte > 32 && byte < 127 && byte !== 61
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join(''),
  'quoted-printable, every byte, in lines': (text) =>
    [...utf8(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('=\r\n'),
  'csv quoted': (text) => text.replaceAll('"', '""'),
  'csv quoted in html': (text) => html(text.replaceAll('"', '""')),
  'html, decimal, without semicolons': (text) =>
    [...text].map((sign) => `&#${String(sign.codePointAt(0)!).padStart(7, '0')}`).join(''),
  'in characters that show nothing': (text) => [...text].join('\u200b\x00'),
  'in hyperlinks of terminals': (text) => [...text].map((sign) => `\u001b]8;;https://example.org/\x07${sign}`).join(''),
  'base64 of utf-16': (text) => Buffer.from(`x${text}y`, 'utf16le').toString('base64'),
  'hex with colons': (text) => utf8(text).toString('hex').match(/../g)!.join(':'),
  'hex in groups': (text) => utf8(text).toString('hex').toUpperCase().match(/../g)!.join(' '),
  'list of bytes': (text) => [...utf8(text)].join(', '),
  'utf-8 read as latin-1': (text) => utf8(text).toString('latin1'),
};
/** Passwords as people and machines choose them: any characters, but none that ordinary text contains. */
const secrets = fc
  .string({ unit: 'binary', minLength: 6, maxLength: 30 })
  .filter((text) => secretProblem(text) === undefined && text.isWellFormed());
/** Text that shares no character with a secret made of these. */
const around = fc.string({ unit: fc.constantFrom(...'_~^ЖДЯ'), maxLength: 20 });
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((place, at) => text.slice(places[at - 1] ?? 0, place));
};
const streamed = (mask: ReturnType<typeof createMask>, parts: readonly string[]): string => {
  const stream = createMaskStream(mask);
  return parts.map((part) => stream.push(part)).join('') + stream.end();
};

/** Invisible characters hide nothing, within a secret or beside it. */
const UNSEEN = /[\x00-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff]/;

describe('a mask', () => {
  it.each(Object.entries(ENCODINGS))('finds a secret as %s', (_name, encode) => {
    const text = `before ${encode(SECRET)} after`;
    const masked = createMask([SECRET]).text(text);
    expect(masked).toContain(MASKED);
    expect(masked).not.toContain(encode(SECRET));
    expect(masked.slice(0, 6) + masked.slice(-5)).toBe('beforeafter');
    expect(createMask([SECRET]).text(masked)).toBe(masked);
  });

  it.each(Object.entries(ENCODINGS))('finds any secret as %s, cut anywhere', (name, encode) => {
    fc.assert(
      fc.property(secrets, around, around, fc.array(fc.nat(), { maxLength: 12 }), (secret, before, after, cuts) => {
        fc.pre(!name.includes('show nothing') || !UNSEEN.test(secret));
        const encoded = encode(secret);
        const text = before + encoded + after;
        const mask = createMask([secret]);
        const whole = mask.text(text);
        expect(whole).toContain(MASKED);
        expect(whole).not.toContain(encoded);
        expect(streamed(mask, pieces(text, cuts))).toBe(whole);
        expect(streamed(mask, [...text])).toBe(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves text without secrets as it is, whole and in pieces', () => {
    const ordinary = fc.string({ unit: fc.constantFrom(...'ab %41\\n"&amp;&#x;\r\n=+/<é€😀'), maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(secrets, { maxLength: 5 }),
        ordinary,
        fc.array(fc.nat(), { maxLength: 12 }),
        (list, text, cuts) => {
          fc.pre(list.every((secret) => /[^ab%41\\n"&m;p#x\r\n=+/<é€😀 ]/u.test(secret)));
          const mask = createMask(list);
          expect(mask.text(text)).toBe(text);
          expect(streamed(mask, pieces(text, cuts))).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['plain', ['a', 'b', 'c'], ['a', 'b', 'c', '\n']],
    [
      'with signs that begin escapes',
      ['a', 'b', 'c', '\\', '%', '&'],
      ['a', 'b', 'c', '\\', '%', '&', 'amp;', '5c', '%5C', '\\\\', '\n'],
    ],
  ])('masks secrets that overlap and share beginnings, %s, in one piece or in many', (kind, signs, parts) => {
    const related = fc.array(fc.string({ unit: fc.constantFrom(...signs), minLength: 2, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    });
    const text = fc.string({ unit: fc.constantFrom(...parts), maxLength: 40 });
    fc.assert(
      fc.property(related, text, fc.array(fc.nat(), { maxLength: 12 }), (list, given, cuts) => {
        const mask = createMask(list);
        const whole = mask.text(given);
        const cut = streamed(mask, pieces(given, cuts));
        for (const secret of list) for (const shown of [whole, cut]) expect(shown).not.toContain(secret);
        if (kind === 'plain') expect(cut).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('masks keys, strings and numbers of a value', () => {
    const mask = createMask(['s3cr3t-value', '1234567890123']);
    expect(
      mask.json({
        's3cr3t-value': ['x s3cr3t-value', { deep: 'czNjcjN0LXZhbHVl' }],
        n: 1234567890123,
        ok: [1.5, null, true],
      }),
    ).toEqual({
      [MASKED]: [`x ${MASKED}`, { deep: `${MASKED}` }],
      n: MASKED,
      ok: [1.5, null, true],
    });
  });

  it('masks each long line of a key', () => {
    const key =
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n';
    expect(createMask([key]).text('line MIIEvQIBADANBgkqhkiG9w0BAQEF')).toBe(`line ${MASKED}`);
    expect(createMask([key]).text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('shows at once what cannot begin a secret', () => {
    const stream = createMaskStream(createMask(['s3cr3t-value']));
    expect(stream.push('50% done\n')).toBe('50% done\n');
    expect(stream.push('map s3cr')).toBe('map ');
    expect(stream.push('eam\n')).toBe('s3cream\n');
    expect(stream.push('value: s')).toBe('value: ');
    expect(stream.end()).toBe('s');
  });

  it('holds back no more than a mask stands for, however long secrets overlap', () => {
    const stream = createMaskStream(createMask(['abcabc']));
    const shown = Array.from({ length: 1000 }, () => stream.push('abc')).join('');
    expect(shown + stream.end()).toBe(MASKED);
  });

  it('has nothing to do without secrets', () => {
    expect(createMask(['', ''])).toBe(NO_MASK);
  });
});

describe('a masked file', () => {
  async function masked(...chunks: Uint8Array[]): Promise<Buffer> {
    async function* read() {
      yield* chunks;
    }
    const parts: Uint8Array[] = [];
    for await (const part of maskBytes(createMask(['pässwörd-1']), read())) parts.push(part);
    return Buffer.concat(parts);
  }

  it('holds no secret, cut between the bytes of a character', async () => {
    const bytes = utf8('id;ä\n1;pässwörd-1;€\n');
    for (let at = 0; at <= bytes.length; at += 1) {
      expect((await masked(bytes.subarray(0, at), bytes.subarray(at))).toString()).toBe(`id;ä\n1;${MASKED};€\n`);
    }
    expect(await masked(Buffer.from('1;pässwörd-1;ü', 'latin1'))).toEqual(
      Buffer.concat([Buffer.from('1;'), utf8(MASKED), Buffer.from(';ü', 'latin1')]),
    );
  });

  it('is as it was without one, whatever its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), async (chunks) => {
        expect(await masked(...chunks)).toEqual(Buffer.concat(chunks));
      }),
    );
  });

  it('is left alone when it is binary', async () => {
    const bytes = Buffer.concat([Buffer.from([0, 1]), utf8('pässwörd-1')]);
    expect(await masked(bytes)).toEqual(bytes);
  });
});

describe('a secret', () => {
  it.each([
    '',
    'abc',
    'aB3!x',
    'orange',
    '202401',
    'Password',
    'postgres',
    '2024-01-31',
    '20240131',
    '--------',
    'abababab',
    '•secret-1',
  ])('%j cannot be masked', (text) => {
    expect(secretProblem(text)).toBeTypeOf('string');
  });
  it.each(['aB3!xy', 'correcthorse', '48151623', 'p*ss*w*rd*', 'ключ-42'])('%j can', (text) => {
    expect(secretProblem(text)).toBeUndefined();
  });
});
