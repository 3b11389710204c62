/**
 * Choices from a query or from a function of the script: each list is read in a kernel of its own, under the limits of
 * a run, and kept for a short time.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createChoiceMemory } from '../app/choice/choice-memory.ts';
import type { AppContext } from '../app/context.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import {
  type Kernel,
  KernelDiedError,
  type KernelMessage,
  type KernelRequest,
  type KernelSupplier,
} from '../domain/kernel/kernel.ts';
import { createMask, type Mask } from '../domain/mask/mask.ts';
import { secretProblem } from '../domain/mask/secret.ts';
import type { Choice } from '../domain/parameter/choice.ts';
import { languageFor } from '../domain/parameter/language.ts';
import { ChoiceError, type ChoiceRequest, type ChoiceSource } from '../domain/script/choice-source.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { readAnnouncement } from './announcement.ts';
import { choiceCode } from './choice-code.ts';
import type { RunContext } from './context.ts';
import { importsOf } from './kernel-prepare.ts';
import { connectScript } from './script-connection.ts';

export const CHOICE_LIMITS = { ms: 20_000, choices: 10_000, outputChars: 1_000_000, detailChars: 4_000 };
const SENTENCE_CHARS = 300;

export interface ChoiceKernelContext extends Pick<
  RunContext,
  'connections' | 'environments' | 'folders' | 'languages' | 'limits' | 'now' | 'workDirectory'
> {
  readonly kernels: Pick<KernelSupplier, 'acquire'>;
  /** As in `AppContext`. */
  readonly environmentFor?: AppContext['environmentFor'];
  readonly newId: () => string;
}

/** Only for rules that name a query or a function. */
export function createKernelChoices(ctx: ChoiceKernelContext): ChoiceSource {
  const memory = createChoiceMemory(ctx.now);
  return {
    list: (request) => memory.list(request, () => readChoices(ctx, request)),
  };
}

/** In a kernel of its own, now. Throws `ChoiceError`, also when `stopping` aborts. */
export async function readChoices(
  ctx: ChoiceKernelContext,
  request: ChoiceRequest,
  stopping?: AbortSignal,
): Promise<readonly Choice[]> {
  const id = ctx.newId();
  const folder = join(ctx.workDirectory, id);
  const outputDirectory = join(folder, 'output');
  await mkdir(outputDirectory, { recursive: true, mode: 0o700 });
  try {
    const { environment, secrets, writablePaths } = await connectScript(
      ctx,
      request.content.script.name,
      join(folder, 'link'),
    );
    const mask = createMask(secrets.filter((secret) => secretProblem(secret) === undefined));
    const signal = AbortSignal.any([AbortSignal.timeout(CHOICE_LIMITS.ms), ...(stopping ? [stopping] : [])]);
    const wanted: KernelRequest = {
      directory: outputDirectory,
      ...kernelOf(ctx, request),
      ...pythonOf(ctx, request),
      runId: id,
      outputDirectory,
      environment,
      writablePaths,
      readablePaths: [join(folder, 'link')],
    };
    const kernel = await ctx.kernels.acquire(wanted, signal).catch((error: unknown) => {
      throw withoutKernel(error, mask);
    });
    const kill = () => void kernel.kill();
    stopping?.addEventListener('abort', kill);
    if (stopping?.aborted === true) kill();
    const sources = choiceCode(request, languageFor(ctx.languages, 'python'));
    return await askKernel(kernel, sources, { ctx, mask }).finally(() => stopping?.removeEventListener('abort', kill));
  } finally {
    await ctx.folders.remove(folder);
  }
}

/** A query needs Python, whatever the language of the script, and nothing that lies beside it. */
function kernelOf({ languages }: ChoiceKernelContext, { content, rule, inputs, place }: ChoiceRequest) {
  const { script, notebook, directory } = content;
  const shared = { script: script.name, params: inputs };
  if ('query' in rule) return { ...shared, kernelName: undefined, language: 'python', isLocal: true as const };
  const imports = importsOf(notebook.cells, languages.get(notebook.language));
  const { kernelName, language } = notebook;
  return { ...shared, kernelName, language, imports, directory, ...defined({ root: place?.root }) };
}

/** A function has the packages of its script, a query those of the server's Python. */
function pythonOf(ctx: ChoiceKernelContext, { content: { script }, rule, place }: ChoiceRequest) {
  if (!('function' in rule)) return {};
  if (place?.python !== undefined) return { python: place.python };
  const declared = ctx.environmentFor?.(script);
  return declared === undefined ? {} : builtPython(ctx, declared);
}

/** Throws `ChoiceError` unless its packages are installed, which begins here. */
export function builtPython(
  { environments }: Pick<ChoiceKernelContext, 'environments'>,
  declared: ScriptEnvironment,
): { readonly python?: string } {
  const state = environments?.ensure(declared);
  if (state === undefined) return {};
  if (state.type === 'ready') return defined({ python: state.built.python });
  if (state.type === 'building')
    throw new ChoiceError('The packages of this script are being installed. Try again in a moment.');
  throw new ChoiceError(`The packages of ${declared.file} could not be installed.`, state.message);
}

function withoutKernel(error: unknown, mask: Mask): unknown {
  if (error instanceof AppError) return new ChoiceError(`The choices cannot be read. ${mask.text(error.message)}`);
  return error instanceof Error && error.name === 'TimeoutError' ? tooLate() : error;
}

function tooLate(): ChoiceError {
  return new ChoiceError(`Reading the choices takes longer than ${CHOICE_LIMITS.ms / 1_000} seconds.`);
}

/** Executes the sources until one fails. The kernel is gone when it settles. Throws `ChoiceError`. */
async function askKernel(
  kernel: Kernel,
  sources: readonly string[],
  { ctx, mask }: { readonly ctx: ChoiceKernelContext; readonly mask: Mask },
): Promise<readonly Choice[]> {
  const listener = createListener(mask, () => void kernel.kill());
  const limitMs = Math.min(CHOICE_LIMITS.ms, ctx.limits.wallMs, ctx.limits.cellMs ?? Infinity);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void kernel.kill();
  }, limitMs);
  try {
    for (const source of sources) {
      const { status } = await kernel.execute(source, { onMessage: listener.onMessage, storeHistory: false });
      if (status !== 'ok') break;
    }
    return listener.result();
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    if (isLate) throw tooLate();
    if (listener.isTooMuch()) throw new ChoiceError('The code that makes the choices prints too much.');
    const memory = error.death.outOfMemory === true || error.death.limit?.name === 'memory';
    const why = memory ? 'It needs more memory than it may use.' : 'Its program ended.';
    const tail = mask.text(error.death.tail).slice(-CHOICE_LIMITS.detailChars);
    throw new ChoiceError(`The choices cannot be read. ${why}`, tail);
  } finally {
    clearTimeout(timer);
    await kernel.kill();
  }
}

/** Collects what is offered, and how much is said besides: beyond a bound, `stop` is called. */
function createListener(mask: Mask, stop: () => void) {
  const found = new Map<string, Choice>();
  let failure: ChoiceError | undefined;
  let chars = 0;
  let hasOffer = false;
  const onMessage = (message: KernelMessage): void => {
    if (message.type === 'error') failure ??= failed(message, mask);
    const said = message.type === 'display' ? readAnnouncement(message.data) : undefined;
    if (said?.kind === 'choices') {
      hasOffer = true;
      for (const [value, label] of said.choices)
        if (found.size < CHOICE_LIMITS.choices && !found.has(value))
          found.set(value, { value, label: mask.text(label) });
      return;
    }
    chars += sizeOf(message);
    if (chars > CHOICE_LIMITS.outputChars) stop();
  };
  return {
    onMessage,
    isTooMuch: () => chars > CHOICE_LIMITS.outputChars,
    result(): readonly Choice[] {
      if (failure !== undefined) throw failure;
      if (!hasOffer) throw new ChoiceError('The code that makes the choices returned none.');
      return [...found.values()];
    },
  };
}

function sizeOf(message: KernelMessage): number {
  if (message.type === 'stream') return message.text.length;
  if (message.type === 'lost') return message.sizeBytes || CHOICE_LIMITS.outputChars;
  return JSON.stringify(message).length;
}

function failed({ name, value, traceback }: Extract<KernelMessage, { type: 'error' }>, mask: Mask): ChoiceError {
  const [line = ''] = mask.text(value).split('\n');
  const detail = mask.text(traceback.join('\n')).replace(/\u001b\[[\d;]*m/g, '');
  return new ChoiceError(
    `The choices cannot be read: ${`${name}: ${line}`.slice(0, SENTENCE_CHARS)}`,
    detail.slice(-CHOICE_LIMITS.detailChars),
  );
}
