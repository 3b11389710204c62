/** Calls that wait for somebody to type: nobody can answer in a run. */
import { nodesOf, readCall, type Reviewer } from './reviewer.ts';

const CALLS = new Set(['CallExpression']);
const ASKING = /^(?:input|raw_input|getpass|getpass\.getpass)$/;

export const asksForInput: Reviewer = function* (code) {
  for (const { cell, node, source } of nodesOf(code, CALLS)) {
    const { name } = readCall(node, source);
    if (!ASKING.test(name) || (name === 'input' && code.own.has(name)) || name === 'raw_input') continue;
    const isSecret = name !== 'input';
    yield {
      cell,
      from: node.from,
      code: 'asks-for-input',
      what: `${name}() waits for somebody to type, and fails in a run.`,
      remedy: isSecret
        ? 'Make it an input: token: SecretStr = "" in the cell tagged parameters, or use a connection.'
        : 'Make it an input: assign a default in the cell tagged parameters.',
    };
  }
};
