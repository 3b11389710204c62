/** What a kernel publishes on iopub, as the port's messages; pure. */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { DisplayData, KernelMessage } from '../../domain/kernel/kernel.ts';
import { LongJson } from '../../domain/text/json-long.ts';
import type { Message } from './wire.ts';

const INPUT_REFUSED =
  'input() cannot be answered while a script runs here: nobody sits at the keyboard. Make the value a parameter instead.';
/** What IPython says before an exit, for people at a terminal. */
const TERMINAL_ADVICE = 'An exception has occurred, use %tb';
const NO_REPLY =
  'The kernel has finished this step without saying how it ended. Something that the step changed in the kernel itself may be the cause.';

/** The message for the run, or undefined for types that do not concern it: status, execute_input, other comms. */
export function toKernelMessage(
  type: string,
  content: JsonObject,
  { long = [], buffers = [] }: Partial<Pick<Message, 'long' | 'buffers'>> = {},
): KernelMessage | undefined {
  switch (type) {
    case 'stream':
      return { type: 'stream', name: content['name'] === 'stderr' ? 'stderr' : 'stdout', text: text(content['text']) };
    case 'display_data':
    case 'execute_result':
      return { type: 'display', ...bundle(content, long), ...displayId(content), ...executionCount(content) };
    case 'update_display_data': {
      const id = displayId(content).displayId;
      return id === undefined ? undefined : { type: 'update-display', displayId: id, ...bundle(content, long) };
    }
    case 'clear_output':
      return { type: 'clear-output', wait: content['wait'] === true };
    case 'error':
      return error(content);
    case 'comm_open':
      return content['target_name'] === 'jupyter.widget' ? widgetChanged(content, buffers) : undefined;
    case 'comm_msg':
      return object(content['data'])['method'] === 'update' ? widgetChanged(content, buffers) : undefined;
    case 'comm_close':
      return { type: 'widget-closed', widget: text(content['comm_id']) };
    default:
      return undefined;
  }
}

/** Whether messages of this type show something. */
export function isOutputType(type: string): boolean {
  return ['stream', 'display_data', 'execute_result', 'update_display_data', 'error'].includes(type);
}

/** The error that a viewer sees if a kernel asked for input although it was told that there is none. */
export function inputRefused(): KernelMessage {
  return {
    type: 'error',
    name: 'InputNotSupported',
    value: INPUT_REFUSED,
    traceback: [`InputNotSupported: ${INPUT_REFUSED}`],
  };
}

/** The error of a request that the kernel has left without a reply. */
export function replyMissing(): KernelMessage {
  return { type: 'error', name: 'NoReply', value: NO_REPLY, traceback: [`NoReply: ${NO_REPLY}`] };
}

function error(content: JsonObject): KernelMessage {
  const name = text(content['ename']);
  const value = text(content['evalue']);
  const lines = Array.isArray(content['traceback']) ? content['traceback'].map(text) : [];
  if (name === 'SystemExit')
    return { type: 'error', name, value, traceback: lines.filter((line) => !line.startsWith(TERMINAL_ADVICE)) };
  if (name !== 'StdinNotImplementedError') return { type: 'error', name, value, traceback: lines };
  return {
    type: 'error',
    name,
    value: INPUT_REFUSED,
    traceback: lines.map((line) => line.replaceAll(value, INPUT_REFUSED)),
  };
}

/** Source: `schema/messages.md` of ipywidgets. */
function widgetChanged(content: JsonObject, binary: readonly Uint8Array[]): KernelMessage {
  const data = object(content['data']);
  const { outputs, ...state } = object(data['state']);
  const widget = text(content['comm_id']);
  const paths = Array.isArray(data['buffer_paths']) ? (data['buffer_paths'] as Json[]) : [];
  const buffers = paths.flatMap((path, at) => {
    const bytes = binary[at];
    return isPath(path) && bytes !== undefined ? [{ path, bytes }] : [];
  });
  const values = buffers.length === 0 ? {} : { buffers };
  if (!Array.isArray(outputs)) return { type: 'widget-changed', widget, state, ...values };
  const messages = outputs.flatMap((output): KernelMessage[] => {
    const { output_type: type, ...saved } = object(output);
    const message = isOutputType(text(type)) ? toKernelMessage(text(type), saved) : undefined;
    return message === undefined ? [] : [message];
  });
  return { type: 'widget-changed', widget, state, outputs: messages, ...values };
}

function isPath(path: Json): path is (string | number)[] {
  const isKey = (key: Json, at: number) => typeof key === 'string' || (typeof key === 'number' && at > 0);
  return Array.isArray(path) && path.length > 0 && path.every(isKey);
}

function bundle(content: JsonObject, long: NonNullable<Message['long']>): { data: DisplayData; metadata: JsonObject } {
  const data = object(content['data']);
  const texts = long.map(([mime, text]) => [mime, new LongJson(text)] as const);
  return {
    data: texts.length === 0 ? data : { ...data, ...Object.fromEntries(texts) },
    metadata: object(content['metadata']),
  };
}

function displayId(content: JsonObject): { displayId?: string } {
  const id = object(content['transient'])['display_id'];
  return typeof id === 'string' ? { displayId: id } : {};
}

/** Shared with execute replies: both contain it. */
export function executionCount(content: JsonObject): { executionCount?: number } {
  const count = content['execution_count'];
  return typeof count === 'number' ? { executionCount: count } : {};
}

/** Of an execute reply: the code asked the kernel to exit, as R's `quit()` does. */
export function asksExit({ payload }: JsonObject): { asksExit?: true } {
  const isAsked = Array.isArray(payload) && payload.some((each) => object(each as Json)['source'] === 'ask_exit');
  return isAsked ? { asksExit: true } : {};
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
}
