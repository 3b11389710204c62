/** Functions of cells tagged `choices`: `def choices_store(region): …` computes the choices of the input `store`. */
import type { ChoiceFunction } from '../../domain/parameter/language.ts';
import { parsePython, partsOf, pythonOf } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const PREFIX = 'choices_';
const MOST_CHARS = 50_000;

/** At the top level of the cells; of two with the same name the last counts. */
export function readPythonChoices(sources: readonly string[]): readonly ChoiceFunction[] {
  const found = new Map<string, ChoiceFunction>();
  for (const written of sources) {
    if (written.length > MOST_CHARS) continue;
    const source = pythonOf(written);
    for (const node of childrenOf(parsePython(source).topNode).flatMap(definitionOf)) {
      const name = nameOf(node, source);
      if (!name.startsWith(PREFIX) || name === PREFIX) continue;
      found.set(name, { parameter: name.slice(PREFIX.length), name, inputs: inputsOf(node, source) });
    }
  }
  return [...found.values()];
}

function definitionOf(node: Node): Node[] {
  const inner = node.name === 'DecoratedStatement' ? node.getChild('FunctionDefinition') : node;
  return inner?.name === 'FunctionDefinition' && inner.getChild('async') === null ? [inner] : [];
}

function nameOf(node: Node, source: string): string {
  const name = node.getChild('VariableName');
  return name === null ? '' : textOf(name, source);
}

/** `*args` and `**kwargs` get nothing. */
function inputsOf(node: Node, source: string): string[] {
  const list = node.getChild('ParamList');
  return (list === null ? [] : partsOf(list)).flatMap(([first]) =>
    first?.name === 'VariableName' ? [textOf(first, source)] : [],
  );
}
