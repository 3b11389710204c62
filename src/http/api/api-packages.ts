/** `/api/v1/scripts/NAME/packages`: installs the packages of a script again that could not be installed. */
import { Type } from '@fastify/type-provider-typebox';
import { retryPackages, type ScriptPackages } from '../../app/script/script-environment.ts';
import { AppError } from '../../domain/error.ts';
import { viewerOf } from '../access/viewer.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';

const STATES = { ready: 'installed', building: 'installing', failed: 'failed' } as const;

const PackagesSchema = Type.Object({
  file: Type.String({ description: 'Where they are declared.' }),
  state: Type.Union([Type.Literal('installed'), Type.Literal('installing'), Type.Literal('failed')]),
});

export function addApiPackages(app: App, site: Site): void {
  app.put(
    '/scripts/*',
    {
      schema: {
        summary: 'Install the packages of a script, also if that has failed',
        description:
          'The address is that of the script with /packages at its end. For authors and operators. They are installed in the background.',
        tags: ['scripts'],
        params: Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) }),
        response: { 200: PackagesSchema, 202: PackagesSchema },
      },
    },
    async (request, reply) => {
      const name = /^(.+)\/packages$/.exec(scriptName(request.params['*']))?.[1];
      if (name === undefined) throw new AppError('not-found', 'There is nothing to put at this address.');
      const found = await retryPackages(site.ctx, viewerOf(site, request).actor, name);
      return reply.code(found.state.type === 'building' ? 202 : 200).send(packagesJson(found));
    },
  );
}

function packagesJson({ declared, state }: ScriptPackages) {
  return { file: declared.file, state: STATES[state.type] };
}
