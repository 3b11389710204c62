/** The functions of Python code that have decorators. */
import { type Call, decoratorCall } from './python-call.ts';
import { parsePython } from './python-tree.ts';
import { type Node, textOf } from '../syntax-tree.ts';

export interface DecoratedFunction {
  readonly name: string;
  readonly node: Node;
  /** From the top; without their sign. */
  readonly decorators: readonly Call[];
}

const MOST_FUNCTIONS = 2000;

/** Wherever they stand, in order; at most 2,000. Never throws. */
export function decoratedFunctions(source: string): DecoratedFunction[] {
  const found: DecoratedFunction[] = [];
  parsePython(source).iterate({
    enter: ({ name: type, node }) => {
      const own = type === 'DecoratedStatement' ? node.getChild('FunctionDefinition') : null;
      const name = own?.getChild('VariableName') ?? null;
      if (own === null || name === null || found.length >= MOST_FUNCTIONS) return;
      const decorators = node.getChildren('Decorator').map((each) => decoratorCall(each, source));
      found.push({ name: textOf(name, source), node: own, decorators });
    },
  });
  return found;
}
