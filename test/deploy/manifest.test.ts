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

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string }[];
          readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

const manifests = (): Manifest[] =>
  readdirSync(join(DEPLOY, 'kubernetes/base'))
    .filter((name) => name !== 'kustomization.yaml')
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(DEPLOY, 'kubernetes/base', name), 'utf8')).map(
        (document) => document.toJS() as Manifest,
      ),
    );
interface Patch {
  readonly target: { readonly kind: string; readonly name?: string };
  readonly patch: string;
}

/** The base with the patches of an overlay, as kustomize merges them. */
function overlaid(overlay: string): Manifest[] {
  const file = readFileSync(join(DEPLOY, 'kubernetes', overlay, 'kustomization.yaml'), 'utf8');
  const { patches } = parse(file) as { readonly patches: readonly Patch[] };
  let all = manifests();
  for (const { target, patch } of patches) {
    const isMeant = ({ kind, metadata }: Manifest) =>
      kind === target.kind && new RegExp(`^(?:${target.name ?? '.*'})$`).test(metadata.name);
    if (!all.some(isMeant)) throw new Error(`the base has no ${target.kind} ${target.name ?? ''}`);
    const change = parse(patch) as Members | readonly Operation[];
    all = all.flatMap((manifest) => {
      if (!isMeant(manifest)) return [manifest];
      if (Array.isArray(change)) return [operated(manifest, change as readonly Operation[])];
      return isDeleted(change as Members) ? [] : [merged(manifest, change) as Manifest];
    });
  }
  return all;
}

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isDeleted = (patch: Members) => patch['$patch'] === 'delete';

/** A step of a JSON patch (RFC 6902) that adds to the end of a list. */
interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

function operated(manifest: Manifest, operations: readonly Operation[]): Manifest {
  const copy = structuredClone(manifest) as unknown as Members;
  for (const { op, path, value } of operations) {
    const [, ...keys] = path.split('/');
    if (op !== 'add' || keys.pop() !== '-') throw new Error(`${op} ${path}`);
    const list = keys.reduce<unknown>((within, key) => (within as Members)[key], copy);
    (list as unknown[]).push(value);
  }
  return copy as unknown as Manifest;
}

/** Members are merged, lists of objects by the field that names them; null and `$patch: delete` remove. */
function merged(value: unknown, patch: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(patch)) return mergedList(value as Members[], patch as Members[]);
  if (!isMembers(value) || !isMembers(patch)) return patch;
  return Object.fromEntries(
    [...new Set([...Object.keys(value), ...Object.keys(patch)])]
      .filter((key) => patch[key] !== null)
      .map((key) => [key, key in patch ? merged(value[key], patch[key]) : value[key]]),
  );
}

function mergedList(list: readonly Members[], patch: readonly Members[]): readonly Members[] {
  const name = ['mountPath', 'name'].find((key) => patch.every((each) => key in each));
  if (name === undefined) return patch;
  const change = (each: Members) => patch.find((one) => one[name] === each[name]);
  const fresh = patch.filter((one) => !list.some((each) => each[name] === one[name]));
  if (fresh.some(isDeleted)) throw new Error('a patch removes something that the base does not have');
  return [
    ...list.filter((each) => !isDeleted(change(each) ?? {})).map((each) => merged(each, change(each) ?? {}) as Members),
    ...fresh,
  ];
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
    const all = [...manifests(), ...overlaid('isolated'), ...overlaid('bucket')];
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

  it('with a bucket share no volume, and have what the setting needs that allows it', () => {
    const all = overlaid('bucket');
    expect(all.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
    expect(JSON.stringify(all)).not.toContain('persistentVolumeClaim');
    const deployments = all.filter(({ kind }) => kind === 'Deployment') as unknown as Deployment[];
    expect(deployments).toHaveLength(2);
    for (const { spec } of deployments) {
      const { containers, volumes } = spec.template.spec;
      const mounted = containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
      expect(volumes.map(({ name }) => name).sort()).toEqual(mounted.sort());
      const named = containers.flatMap(({ env }) => env.map(({ name }) => name));
      for (const name of ['DATABASE', 'SERVER_KEY', 'ARTIFACTS_KEY', 'ARTIFACTS_SECRET'])
        expect(named).toContain(`SCRIPT_RUNNER_${name}_FILE`);
      expect(containers[0]?.envFrom?.map(({ configMapRef }) => configMapRef.name)).toContain('script-runner-files');
    }
    const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.map((policy) => JSON.stringify(policy).includes('"port":443'))).toEqual([true, true]);
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
