import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';
import { bash } from '../../../src/language/bash/bash.ts';
import { anyText } from '../parameter-values.ts';

const printed = (script: string): string => execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });

describe('Bash parameters', () => {
  it.each([
    ['N=5', { type: 'integer', default: 5 }],
    ['N=0.5', { type: 'number', default: 0.5 }],
    ['N=true', { type: 'boolean', default: true }],
    ['N=007', { type: 'string', default: '007' }],
    ['N=EU  # Region', { type: 'string', default: 'EU', description: 'Region' }],
    ["export N='a $b'", { type: 'string', default: 'a $b' }],
    ['N="a \\$b \\"c\\""', { type: 'string', default: 'a $b "c"' }],
    ['N=', { type: 'string', default: '' }],
    ['N="$HOME/x"', { type: 'string', 'x-source': '"$HOME/x"' }],
    ['N=$(date +%F)', { type: 'string', 'x-source': '$(date +%F)' }],
  ])('%s', (line, schema) => {
    expect(bash.readParameters(line)).toEqual([{ name: 'N', schema, required: false }]);
  });

  it('leaves out what is no plain assignment, or a variable of the shell itself', () => {
    expect(
      bash.readParameters('PATH=/x\nLD_PRELOAD=y\n_a=1\necho N=5\nif true; then\n  M=1\nfi\nA=1 command\nB=(1 2)'),
    ).toEqual([]);
    expect(() => bash.writeParameters({ PATH: 'x' }, NO_PARAMETERS)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('come back equal from a real shell, as text', () => {
    const texts = fc.array(
      anyText.map((text) => text.toWellFormed().replaceAll('\0', '')),
      { minLength: 20, maxLength: 40 },
    );
    fc.assert(
      fc.property(texts, (values) => {
        const script = values
          .map((value) => `${bash.writeParameters({ value }, NO_PARAMETERS)}\nprintf '%s\\0' "$value"`)
          .join('\n');
        expect(printed(script).split('\0').slice(0, -1)).toEqual(values);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it('are arrays for lists, empty for null, and never passwords', () => {
    expect(
      printed(
        `${bash.writeParameters({ a: ['x y', "'"], b: null, c: 1.5, d: true }, NO_PARAMETERS)}\nprintf '%s|' "\${a[@]}" "$b" "$c" "$d"`,
      ),
    ).toBe("x y|'||1.5|true|");
    expect(
      bash.writeParameters({ key: 'hunter2' }, { ...NO_PARAMETERS, properties: { key: { format: 'password' } } }),
    ).toBe('# Parameters\nkey="$SCRIPT_RUNNER_PARAM_key"');
    expect(() => bash.writeLiteral('a\0', {})).toThrow('NUL');
    expect(() => bash.writeLiteral('\ud800', {})).toThrow('surrogate');
  });
});
