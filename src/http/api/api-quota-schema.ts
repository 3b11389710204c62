/** The shape of quotas in the API, as JSON Schema. */
import { Type } from '@fastify/type-provider-typebox';

const Used = { most: Type.Integer(), used: Type.Integer() };
const UsedOfDay = {
  ...Used,
  nextAt: Type.Optional(Type.String({ format: 'date-time', description: 'When there is room again; absent: now.' })),
};

export const QuotaSchema = Type.Object(
  {
    scripts: Type.String({ description: 'Script or folder whose reports count; * for all.' }),
    together: Type.Boolean({ description: 'Shared with others; else only one’s own reports count.' }),
    atOnce: Type.Optional(Type.Object(Used, { description: 'Reports that wait or are being made.' })),
    reports: Type.Optional(Type.Object(UsedOfDay, { description: 'Requested in the last 24 hours.' })),
    seconds: Type.Optional(Type.Object(UsedOfDay, { description: 'That reports of the last 24 hours took.' })),
    keptBytes: Type.Optional(Type.Object(Used, { description: 'What reports and their files take.' })),
  },
  { $id: 'Quota' },
);
