import { describe, expect, it } from 'vitest';
import { python } from '../../../src/language/python/python.ts';

describe('a Colab form', () => {
  it.each([
    ['n = 5 #@param {type:"integer"}', { type: 'integer', default: 5 }],
    ['n = 5 # @param {"type":"number"}', { type: 'number', default: 5 }],
    [
      "n = 'x' #@param {type: 'string', placeholder: 'a, b: c'}",
      { type: 'string', default: 'x', 'x-placeholder': 'a, b: c' },
    ],
    ['n = "2024-01-31" #@param {type:"string"}', { type: 'string', default: '2024-01-31' }],
    ['n = "2024-01-31" #@param {type:"date"}', { type: 'string', format: 'date', default: '2024-01-31' }],
    ['n = False #@param {type:"boolean"}', { type: 'boolean', default: false }],
    [
      'n = 53 #@param {type:"slider", min:0, max:100, step:1}',
      { type: 'integer', minimum: 0, maximum: 100, multipleOf: 1, default: 53 },
    ],
    [
      'n = 0.5 #@param {type:"slider", min:-1, max:1, step:0.1}',
      { type: 'number', minimum: -1, maximum: 1, multipleOf: 0.1, default: 0.5 },
    ],
    [
      'n = 6 #@param {type:"slider", min:1, max:100, step:5}',
      { type: 'integer', minimum: 1, maximum: 100, default: 6 },
    ],
    ['n = "a" #@param ["a", "b"]', { type: 'string', enum: ['a', 'b'], default: 'a' }],
    ['n = "z" #@param ["a", "b"]', { type: 'string', enum: ['z', 'a', 'b'], default: 'z' }],
    ['n = "z" #@param ["a", "b"] {allow-input: true}', { type: 'string', default: 'z', examples: ['a', 'b'] }],
    ['n = b #@param ["a", "b"] {type:"raw"}', { 'x-source': 'b', examples: ['a', 'b'] }],
    ['n = 5 #@param', { type: 'integer', default: 5 }],
    ['n = 5 #@param {type:"slider", min:', { type: 'integer', default: 5 }],
  ])('%s', (line, schema) => {
    expect(python.readParameters(line)).toEqual([{ name: 'n', schema, required: false }]);
  });

  it('has no parameters but the marked ones', () => {
    expect(
      python.readParameters('#@title Inputs\na = 1 #@param\nb = 2\n#@markdown text').map(({ name }) => name),
    ).toEqual(['a']);
    expect(python.readParameters('a = "#fff" #@param {type:"string"}\nb = 2').map(({ name }) => name)).toEqual(['a']);
    expect(python.readParameters('a = 1 # see #@param\nb = 2').map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
