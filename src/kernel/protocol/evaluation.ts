/** Expressions that a kernel evaluates for the server, outside of cells: their values as text. */
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import type { Message } from './wire.ts';

/** The name of the expression in the request. */
export const VALUE = 'value';

export interface Evaluations {
  /** Settles with the plain text of the value. Rejects with what the expression raised. */
  begin(id: string): Promise<string>;
  /** Any message of the shell channel. */
  onMessage(message: Message): void;
  failAll(reason: Error): void;
}

export function createEvaluations(): Evaluations {
  const waiting = new Map<string, PromiseWithResolvers<string>>();
  return {
    begin(id) {
      const answer = Promise.withResolvers<string>();
      waiting.set(id, answer);
      return answer.promise;
    },
    onMessage({ header, parent, content, lost }) {
      if (header['msg_type'] !== 'execute_reply') return;
      const id = String(parent['msg_id']);
      const answer = waiting.get(id);
      waiting.delete(id);
      if (lost !== undefined) answer?.reject(new Error('The answer of the kernel is too long.'));
      else settle(answer, content);
    },
    failAll(reason) {
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

function settle(answer: PromiseWithResolvers<string> | undefined, content: JsonObject): void {
  const values = isJsonObject(content['user_expressions']) ? content['user_expressions'] : {};
  const value = isJsonObject(values[VALUE]) ? values[VALUE] : content;
  const data = isJsonObject(value['data']) ? value['data'] : {};
  const text = data['text/plain'];
  if (typeof text === 'string') answer?.resolve(text);
  else answer?.reject(new Error(`${String(value['ename'] ?? 'Error')}: ${String(value['evalue'] ?? 'no value')}`));
}
