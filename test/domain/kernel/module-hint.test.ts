import { describe, expect, it } from 'vitest';
import { moduleHint } from '../../../src/domain/kernel/module-hint.ts';

const missing = (value: string) => ({ name: 'ModuleNotFoundError', value });

describe('moduleHint', () => {
  it.each([
    ["No module named 'statsmodels'", '/env/bin/python', '/env/bin/python -m pip install statsmodels'],
    ["No module named 'sklearn.linear_model'", '/env/bin/python', '/env/bin/python -m pip install scikit-learn'],
    ["No module named 'foo'; 'foo' is not a package", "/a b/it's/python", `'/a b/it'\\''s/python' -m pip install foo`],
    ["No module named 'dateutil'", '/usr/bin/python3', 'sudo apt-get install python3-dateutil'],
  ])('%s on %s', (value, python, command) => {
    expect(moduleHint(missing(value), python)).toContain(`Install it with: ${command}\n`);
  });

  it.each([
    ['AttributeError', "The '.style' accessor requires jinja2", 'jinja2'],
    [
      'ImportError',
      "Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'.\n - `Import pyarrow` failed. pyarrow is required.",
      'pyarrow',
    ],
    ['ImportError', "Missing optional dependency 'xlrd'. Install xlrd >= 2.0.1 for xls Excel support", 'xlrd'],
  ])('understands how pandas says so: %s: %s', (name, value, module) => {
    expect(moduleHint({ name, value }, '/p')).toBe(
      `/p has no module “${module}”. Install it with: /p -m pip install ${module}`,
    );
  });

  it.each([
    ["No module named 'google'", 'google.colab exists only in Google Colab'],
    ["No module named 'google.colab'", 'google.colab exists only in Google Colab'],
    ["No module named 'kaggle_secrets'", 'It exists only on Kaggle'],
  ])('offers no package for what only a service has: %s', (value, advice) => {
    const hint = moduleHint(missing(value), '/p');
    expect(hint).toContain(advice);
    expect(hint).not.toContain('pip install');
  });

  it('names the interpreter', () => {
    expect(moduleHint(missing("No module named 'x'"), '/env/bin/python')).toMatch(
      /^\/env\/bin\/python has no module “x”/,
    );
  });

  it('says nothing about other errors', () => {
    expect(moduleHint({ name: 'ImportError', value: "cannot import name 'x'" }, '/p')).toBeUndefined();
    expect(moduleHint(missing('something of the author’s own; rm -rf'), '/p')).toBeUndefined();
  });
});
