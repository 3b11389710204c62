/** Python: parses the parameters cell with a real parser, writes the cell with the values of a run. */
import { AppError } from '../../domain/error.ts';
import { markedSource, programMetadata } from '../../domain/notebook/program-cell.ts';
import type { Language } from '../../domain/parameter/language.ts';
import { isPassword, type ParametersSchema, type ParameterValues } from '../../domain/parameter/parameter.ts';
import { reviewBound } from '../code-bound.ts';
import { readPythonChoices } from './python-choice.ts';
import { callSource, readCalls, reviewCalls } from './python-convention.ts';
import { readPythonImports } from './python-import.ts';
import { reviewPython } from './python-legacy.ts';
import { isPlainPython } from './python-plain.ts';
import { readPythonParameters } from './python-read.ts';
import { readPythonReferences } from './python-reference.ts';
import { encodeString } from './python-string.ts';
import { boundedPython, pythonRecoveryOf } from './python-tree.ts';
import { writePythonLiteral } from './python-write.ts';
import { reviewCode } from '../review/python-review.ts';

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

export const python: Language = {
  id: 'python',
  accepts: isPythonName,
  readParameters: (source, above) =>
    readPythonParameters(source, above === undefined ? undefined : boundedPython(above)),
  readCalls,
  callSource,
  writeProgram: (source, name) => markedSource({ source, metadata: programMetadata(name) }),
  readImports: (sources) => boundedPython(sources).map(readPythonImports),
  isPlain: isPlainPython,
  readReferences: readPythonReferences,
  readChoices: (sources) => readPythonChoices(boundedPython(sources)),
  review: (sources, inputs) => {
    const read = boundedPython(sources);
    return [
      ...reviewPython(read),
      ...reviewCalls(read),
      ...reviewBound(sources, pythonRecoveryOf),
      ...reviewCode(sources, inputs),
    ];
  },
  writeLiteral: writePythonLiteral,
  writeParameters,
  writeDownloads,
};

function isPythonName(name: string): boolean {
  return /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(name) && !KEYWORDS.has(name);
}

function writeParameters(values: ParameterValues, schema: ParametersSchema): string {
  const lines = Object.entries(values).map(([name, value]) => {
    if (!isPythonName(name)) throw new AppError('invalid', `Python does not allow a variable named “${name}”.`);
    const property = schema.properties[name] ?? {};
    const secret = isPassword(property) && value !== null;
    return `${name} = ${secret ? `__import__("script_runner").params[${encodeString(name)}]` : writePythonLiteral(value, property)}`;
  });
  return ['# Parameters', ...lines].join('\n');
}

function writeDownloads(variables: readonly string[]): string | undefined {
  const lines = variables
    .filter(isPythonName)
    .map((name) => `script_runner.download(${name}, ${encodeString(`${name}.csv`)})`);
  return lines.length === 0 ? undefined : ['import script_runner', ...lines].join('\n');
}
