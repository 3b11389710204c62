/** What the description of the API says of all its operations. */
import { ProblemSchema } from './api-schema.ts';

interface Description {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: object };
}

/** Every operation may answer with a problem, whichever part of the server finds it. */
export function withProblems<T extends Description>(description: T): T {
  const problem = {
    description: 'Nothing was done; why, and what would be right.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const operations = Object.values((description.paths ?? {}) as Record<string, Record<string, Operation>>);
  for (const { responses } of operations.flatMap((path) => Object.values(path))) responses['default'] = problem;
  const { components } = description;
  return { ...description, components: { ...components, schemas: { ...components?.schemas, Problem: ProblemSchema } } };
}

interface Operation {
  readonly responses: Record<string, unknown>;
}
