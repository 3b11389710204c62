/** `/api/v1/scripts/{script}/presets`: named values of a script. */
import { Type } from '@fastify/type-provider-typebox';
import { deletePreset, listPresets, savePreset } from '../../app/preset.ts';
import { PRESET_LIMITS, presetName } from '../../domain/preset.ts';
import { presetUserOf } from '../access/visitor.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';
import { presetJson } from './api-json.ts';
import { PresetListSchema, PresetSchema, PutPresetSchema } from './api-schema.ts';

const ScriptPath = Type.Object({
  script: Type.String({ minLength: 1, maxLength: 1_000, description: 'Slashes in the name are written as %2F.' }),
});
const PresetPath = Type.Object({
  ...ScriptPath.properties,
  preset: Type.String({ minLength: 1, maxLength: PRESET_LIMITS.nameChars * 2 }),
});

export function addApiPreset(app: App, site: Site): void {
  const { ctx } = site;
  app.get(
    '/scripts/:script/presets',
    {
      schema: {
        summary: 'List the presets of a script',
        description: 'Those that are shared, and the caller’s own.',
        tags: ['presets'],
        params: ScriptPath,
        response: { 200: PresetListSchema },
      },
    },
    async (request) => {
      const presets = await listPresets(ctx, presetUserOf(site, request), scriptName(request.params.script));
      return { items: presets.map(presetJson), next: null };
    },
  );
  app.put(
    '/scripts/:script/presets/:preset',
    {
      schema: {
        summary: 'Save a preset, or replace it',
        tags: ['presets'],
        params: PresetPath,
        body: PutPresetSchema,
        response: { 200: PresetSchema, 201: PresetSchema },
      },
    },
    async (request, reply) => {
      const { values, shared = false } = request.body;
      const user = presetUserOf(site, request);
      const [script, name] = [scriptName(request.params.script), presetName(request.params.preset)];
      const done = await savePreset(ctx, user, { script, name, isShared: shared, values, replace: true });
      const saved = (await listPresets(ctx, user, script)).find(
        (preset) => preset.name === name && preset.isShared === shared,
      );
      return reply.code(done === 'created' ? 201 : 200).send(presetJson(saved as NonNullable<typeof saved>));
    },
  );
  app.delete(
    '/scripts/:script/presets/:preset',
    {
      schema: {
        summary: 'Delete a preset',
        tags: ['presets'],
        params: PresetPath,
        querystring: Type.Object({ shared: Type.Optional(Type.Boolean({ description: 'The shared one.' })) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const [script, name] = [scriptName(request.params.script), presetName(request.params.preset)];
      const isShared = request.query.shared === true;
      await deletePreset(ctx, presetUserOf(site, request), { script, name, isShared });
      return reply.code(204).send(null);
    },
  );
}
