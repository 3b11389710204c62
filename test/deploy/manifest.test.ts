/** The files for Docker Compose and Kubernetes: valid by the schemas, and with settings that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { SETTING_NAMES } from '../../src/config/setting.ts';

const DEPLOY = resolve('deploy');
const KUBERNETES = process.env['SCRIPT_RUNNER_KUBERNETES_VALIDATE'] ?? '';
const COMPOSE = process.env['SCRIPT_RUNNER_DOCKER_COMPOSE'] ?? '';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const manifests = (): Manifest[] =>
  readdirSync(join(DEPLOY, 'kubernetes/base'))
    .filter((name) => name !== 'kustomization.yaml')
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(DEPLOY, 'kubernetes/base', name), 'utf8')).map(
        (document) => document.toJS() as Manifest,
      ),
    );
/** The base with the patches of an overlay: members are merged, and lists of objects by their names. */
function isolated(): Manifest[] {
  const { patches } = parse(readFileSync(join(DEPLOY, 'kubernetes/isolated/kustomization.yaml'), 'utf8')) as {
    patches: { target: { kind: string; name: string }; patch: string }[];
  };
  return patches.map(({ target, patch }) => {
    const [manifest] = manifests().filter(
      ({ kind, metadata }) => kind === target.kind && metadata.name === target.name,
    );
    if (manifest === undefined) throw new Error(`the base has no ${target.kind} ${target.name}`);
    return merged(manifest, parse(patch)) as Manifest;
  });
}

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(value: unknown, patch: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(patch)) {
    const named = patch as { name: string }[];
    if (named.some(({ name }) => !(value as Members[]).some((each) => each['name'] === name)))
      throw new Error('a patch names something that the base does not have');
    return (value as Members[]).map((each) => merged(each, named.find(({ name }) => name === each['name']) ?? {}));
  }
  if (!isMembers(value) || !isMembers(patch)) return patch;
  return Object.fromEntries(
    [...new Set([...Object.keys(value), ...Object.keys(patch)])].map((key) => [
      key,
      key in patch ? merged(value[key], patch[key]) : value[key],
    ]),
  );
}

/** A schema without the draft that it is written for and without `id`, which newer drafts call `$id`. */
function schemaIn(path: string): Record<string, unknown> {
  const text = readFileSync(path, 'utf8').replaceAll(/"(\$schema|id)":\s*"[^"]*",?/g, '');
  return JSON.parse(text.replaceAll(/,\s*}/g, '}')) as Record<string, unknown>;
}
const createAjv = () => new Ajv({ strict: false, validateFormats: false, logger: false });

describe('the manifests for Kubernetes', () => {
  it.runIf(existsSync(KUBERNETES))('are valid by its schemas (needs kubernetes_validate)', () => {
    const schemas = join(KUBERNETES, 'kubernetes_validate/kubernetes-json-schema');
    const newest = readdirSync(schemas)
      .filter((name) => name.endsWith('-local-strict'))
      .sort()
      .at(-1);
    const folder = join(schemas, newest ?? '');
    const ajv = createAjv();
    ajv.addSchema(schemaIn(join(folder, '_definitions.json')));
    const known = new Map<string, ValidateFunction>();
    const all = [...manifests(), ...isolated()];
    const found = all.map((manifest) => {
      const [version = '', group] = manifest.apiVersion.split('/').reverse();
      const file = [manifest.kind.toLowerCase(), group?.split('.')[0], version].filter((word) => word).join('-');
      const validate = known.get(file) ?? ajv.compile(schemaIn(join(folder, `${file}.json`)));
      known.set(file, validate);
      return [manifest.kind, manifest.metadata.name, validate(manifest) ? [] : validate.errors];
    });
    expect(found).toEqual(all.map(({ kind, metadata }) => [kind, metadata.name, []]));
    const wrong = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { port: 1 } };
    expect(known.get('service-v1')?.(wrong)).toBe(false);
    expect(found.map(([kind]) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget']),
    );
  });

  it('are the resources of the kustomization, which lists all of them', () => {
    const { resources } = parse(readFileSync(join(DEPLOY, 'kubernetes/base/kustomization.yaml'), 'utf8')) as {
      resources: string[];
    };
    expect([...resources, 'kustomization.yaml'].sort()).toEqual(readdirSync(join(DEPLOY, 'kubernetes/base')).sort());
  });
});

it.runIf(existsSync(COMPOSE)).each(['compose.yaml', 'cluster/compose.yaml'])(
  '%s is valid by the schema of Compose (needs docker_compose)',
  (name) => {
    const ajv = createAjv();
    const schema = schemaIn(join(COMPOSE, 'compose/config/compose_spec.json'));
    const text = readFileSync(join(DEPLOY, name), 'utf8');
    // the name of the project came later than the schema
    const { name: project, ...file } = parse(text, { merge: true }) as Record<string, unknown>;
    expect(project).toMatch(/^script-runner/);
    expect([ajv.validate(schema, file), ajv.errors]).toEqual([true, null]);
  },
);

it('every variable in the files is a setting', () => {
  const files = readdirSync(DEPLOY, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.flatMap((entry) =>
    [...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\bSCRIPT_RUNNER_([A-Z_]+)/g)].map(
      ([, name = '']) => name.replace(/_FILE$/, '').toLowerCase(),
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !(SETTING_NAMES as readonly string[]).includes(name))).toEqual([]);
});
