/**
 * Request schemas are compiled when the first request needs them: compiling all at the start would take a tenth of the
 * server's start.
 */
import AjvCompiler, { type BuildCompilerFromPool } from '@fastify/ajv-compiler';

type Validate = ReturnType<ReturnType<BuildCompilerFromPool>>;

/** For Fastify's `schemaController.compilersFactory.buildValidator`. */
export function compileLater(): BuildCompilerFromPool {
  const build = AjvCompiler();
  return (...options) => {
    const compile = build(...options);
    return (schema) => {
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
