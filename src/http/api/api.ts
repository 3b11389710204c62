/** The API, `/api/v1`, and its description. */
import swagger from '@fastify/swagger';
import { addJsonBody } from './api-body.ts';
import { addApiChoice } from './api-choice.ts';
import { withProblems } from './api-description.ts';
import { addApiEvent } from './api-event.ts';
import { addApiExport } from './api-export.ts';
import { addApiLink } from './api-link.ts';
import { addApiPackages } from './api-packages.ts';
import { addApiPreset } from './api-preset.ts';
import { addApiReport } from './api-report.ts';
import { addApiRun } from './api-run.ts';
import { addApiScript } from './api-script.ts';
import { addApiShare } from './api-share.ts';
import { addApiUpload, runBody } from './api-upload.ts';
import { addMultipart } from '../multipart.ts';
import { addApiTable } from './api-table.ts';
import { addApiStatus } from './api-status.ts';
import type { App, Site } from '../site.ts';

export async function addApi(app: App, site: Site): Promise<void> {
  await app.register(swagger, {
    transformObject: (made) => ('openapiObject' in made ? withProblems(made.openapiObject) : made.swaggerObject),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Script Runner',
        version: site.ctx.serverVersion,
        description: 'Publishes notebooks as parameterised reports. Errors are problem details (RFC 9457).',
      },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A token of a person, from the page My tokens: with the scope read it sees reports, with run it also runs scripts; or the operator’s token. Where nobody signs in, none is needed.',
          },
        },
      },
      security: [{ token: [] }, {}],
      servers: [{ url: site.urls.basePath === '' ? '/' : site.urls.basePath }],
    },
  });
  await app.register(
    async (api) => {
      const typed = api as App;
      addJsonBody(typed);
      addApiScript(typed, site);
      addApiChoice(typed, site);
      addApiPackages(typed, site);
      addApiPreset(typed, site);
      addMultipart(typed, site, runBody);
      addApiUpload(typed, site);
      addApiRun(typed, site);
      addApiEvent(typed, site);
      addApiReport(typed, site);
      addApiExport(typed, site);
      addApiShare(typed, site);
      addApiLink(typed, site);
      addApiTable(typed, site);
      addApiStatus(typed, site);
      typed.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
}
