/** `/api/v1/scripts/NAME/choices`: the choices that inputs have for the values of others. */
import { Type } from '@fastify/type-provider-typebox';
import { CHOICE_PAGE, type FieldChoices, listChoices } from '../../app/choice/choice-list.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import { isTimezone } from '../../domain/time/timezone.ts';
import { viewerOf } from '../access/viewer.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';

const MOST_FIELDS = 1_000;

const ChoiceSchema = Type.Object({
  value: Type.String({ description: 'The text to give for it as the value of the parameter.' }),
  label: Type.String(),
});

const ChoicesQuery = Type.Object(
  {
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'The values so far; invalid ones count as not given.',
      }),
    ),
    field: Type.Optional(Type.String({ maxLength: 200, description: 'Only the choices of this parameter.' })),
    fields: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        minItems: 1,
        maxItems: MOST_FIELDS,
        description: 'Only the choices of these parameters.',
      }),
    ),
    search: Type.Optional(
      Type.String({
        maxLength: CHOICE_PAGE.searchChars,
        description: 'Words that the value or the label must have; needs a field.',
      }),
    ),
    offset: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Where the page begins: `next` of the one before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: CHOICE_PAGE.most, default: CHOICE_PAGE.usual })),
    timezone: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
);

const ChoicesSchema = Type.Object({
  fields: Type.Record(
    Type.String(),
    Type.Object({
      choices: Type.Array(ChoiceSchema, { description: 'One page of them.' }),
      total: Type.Integer({ description: 'How many the search finds.' }),
      next: Type.Union([Type.Integer(), Type.Null()]),
      chosen: Type.Array(ChoiceSchema, {
        description: 'Of the given values those that are choices; else the default, if it is one.',
      }),
      required: Type.Boolean({
        description: 'A run needs a value: there is no default, or it is none of the choices.',
      }),
      notice: Type.Optional(
        Type.String({ description: 'What of the given values, or the default, is none of the choices.' }),
      ),
      problem: Type.Optional(Type.String({ description: 'Why there are no choices.' })),
      detail: Type.Optional(Type.String({ description: 'What happened, for the operator.' })),
    }),
    { description: 'By parameter, each after those that it depends on.' },
  ),
});

export function addApiChoice(app: App, site: Site): void {
  app.post(
    '/scripts/*',
    {
      schema: {
        summary: 'List the choices of parameters for the values of others',
        description:
          'The address is that of the script with /choices at its end. Parameters whose choices the schema lists have none here.',
        tags: ['scripts'],
        params: Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) }),
        body: ChoicesQuery,
        response: { 200: ChoicesSchema },
      },
    },
    async (request) => {
      const name = /^(.+)\/choices$/.exec(scriptName(request.params['*']))?.[1];
      if (name === undefined) throw new AppError('not-found', 'There is nothing to post to at this address.');
      const { parameters = {}, field, fields, search, offset, limit, timezone } = request.body;
      if (field !== undefined && fields !== undefined) throw badField('fields', 'Give either field or fields.');
      if (search !== undefined && field === undefined) throw badField('field', 'Say which parameter to search.');
      if (timezone !== undefined && !isTimezone(timezone))
        throw badField('timezone', 'Give the IANA name of a time zone, such as Europe/Berlin.');
      const found = await listChoices(site.ctx, viewerOf(site, request).actor, {
        script: name,
        values: parameters,
        ...defined({ fields, offset, limit, timezone }),
        ...(field === undefined ? {} : { fields: [field], searches: { [field]: search ?? '' } }),
      });
      return { fields: Object.fromEntries([...found].map(([one, choices]) => [one, choicesJson(choices)])) };
    },
  );
}

function choicesJson({ choices, total, next, chosen, isRequired, ...more }: FieldChoices) {
  const { notice, problem, detail } = more;
  const said = defined({ notice, problem, detail });
  return {
    choices: [...choices],
    total,
    next: next ?? null,
    chosen: [...chosen],
    required: isRequired === true,
    ...said,
  };
}

function badField(field: string, message: string): AppError {
  return new AppError('invalid', message, { fields: [{ field, message }] });
}
