/** Which inputs an input depends on, and why a script cannot be published with such dependencies. */
import { choiceNames } from './choice.ts';
import { choiceInputs } from './choice-rule.ts';
import { fileRule } from './parameter-file.ts';
import { isPassword, type ParameterSchema, type ParametersSchema, typesOf } from './parameter.ts';
import { boundedInputs, type Visibility, visibleInputs } from './parameter-visible.ts';

type Properties = ParametersSchema['properties'];

/** Names of the inputs whose values decide about this one. */
export function dependenciesOf({ 'x-visible-when': when, 'x-choices': rule }: ParameterSchema): string[] {
  const conditions = when === undefined ? [] : visibleInputs(when);
  return [...new Set([...conditions, ...(rule === undefined ? [] : choiceInputs(rule))])];
}

/** Names of the inputs with choices from elsewhere, each after those that it depends on. */
export function choiceOrder(schema: ParametersSchema): string[] {
  const order = new Set<string>();
  const add = (name: string, above: readonly string[]): void => {
    if (order.has(name) || above.includes(name)) return;
    for (const other of dependenciesOf(schema.properties[name] ?? {})) add(other, [...above, name]);
    order.add(name);
  };
  const names = choiceNames(schema);
  for (const name of names) add(name, []);
  return [...order].filter((name) => names.includes(name));
}

/** For `hiddenNames`. */
export function visibilities(properties: Properties): ReadonlyMap<string, Visibility> {
  return new Map(
    Object.entries(properties).map(([name, { 'x-visible-when': when, default: usual = null }]) => [
      name,
      { when, usual },
    ]),
  );
}

/** What is wrong with the dependencies, as a sentence for the author; undefined: nothing. */
export function dependencyProblem({ properties }: ParametersSchema): string | undefined {
  for (const [name, schema] of Object.entries(properties)) {
    const own = choiceProblem(schema);
    if (own !== undefined) return `“${name}” ${own}.`;
    for (const other of dependenciesOf(schema)) {
      const wrong = inputProblem(properties, other);
      if (wrong !== undefined) return `“${name}” depends on “${other}”, ${wrong}.`;
    }
  }
  const circle = findCircle(properties);
  return circle === undefined
    ? undefined
    : `These inputs depend on each other in a circle: ${circle.map((name) => `“${name}”`).join(' → ')}.`;
}

/** Conditions that never hold: an input, and the one that is no number although its bounds are compared. */
export function unusableConditions({ properties }: ParametersSchema): readonly (readonly [string, string])[] {
  return Object.entries(properties).flatMap(([name, { 'x-visible-when': when }]) =>
    (when === undefined ? [] : boundedInputs(when))
      .filter((other) => !mayBeNumber(properties[other] ?? {}))
      .map((other) => [name, other] as const),
  );
}

function mayBeNumber(schema: ParameterSchema): boolean {
  const types = typesOf(schema.type === 'array' ? (schema.items ?? {}) : schema);
  return types.length === 0 || types.some((type) => type === 'integer' || type === 'number');
}

function choiceProblem(schema: ParameterSchema): string | undefined {
  if (schema['x-choices'] === undefined) return undefined;
  if (isPassword(schema)) return 'is a password, so it cannot have x-choices';
  if (fileRule(schema) !== undefined) return 'is a file, so it cannot have x-choices';
  if (schema.enum !== undefined || schema.items?.enum !== undefined)
    return 'has both x-choices and enum: leave one out';
  return schema.type === 'object' ? 'is an object, so it cannot have x-choices' : undefined;
}

function inputProblem(properties: Properties, name: string): string | undefined {
  const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (schema === undefined) return 'which is no input of this script';
  if (isPassword(schema)) return 'which is a password: nothing may depend on one';
  return fileRule(schema) === undefined ? undefined : 'which is a file: nothing can depend on one';
}

/** The names along a circle, the first again at the end. */
function findCircle(properties: Properties): string[] | undefined {
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const other of dependenciesOf(properties[name] ?? {})) {
      const circle = follow(other, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(properties)) {
    const circle = follow(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
