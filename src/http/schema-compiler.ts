/**
 * Request schemas are compiled when the first request needs them: compiling all at the start would take a tenth of the
 * server's start. JSON says of which type a value is; texts of forms and addresses are converted.
 */
import AjvCompiler, { type BuildCompilerFromPool } from '@fastify/ajv-compiler';

type Settings = Parameters<BuildCompilerFromPool>[1];
type Validate = ReturnType<ReturnType<BuildCompilerFromPool>>;

/** For Fastify's `schemaController.compilersFactory.buildValidator`. */
export function compileLater(): BuildCompilerFromPool {
  const build = AjvCompiler();
  return (...options) => {
    const [schemas, settings] = options;
    const converting = build(...options);
    const exact = build(schemas, withoutCoercion(settings));
    return (schema) => {
      const compile = isJsonBody(schema) ? exact : converting;
      let compiled: Validate | undefined;
      const validate = ((data: unknown) => {
        compiled ??= compile(schema);
        const isValid = compiled(data);
        validate.errors = compiled.errors ?? null;
        return isValid;
      }) as Validate;
      return validate;
    };
  };
}

/** A field of a form that comes to the API is a text by its schema, or a value of a parameter. */
function isJsonBody(route: object | boolean): boolean {
  const { httpPart, url } = route as { readonly httpPart?: string; readonly url?: string };
  return httpPart === 'body' && url !== undefined && url.includes('/api/v1/');
}

function withoutCoercion(settings: Settings): Settings {
  return { ...settings, customOptions: { ...settings?.customOptions, coerceTypes: false } } as Settings;
}
