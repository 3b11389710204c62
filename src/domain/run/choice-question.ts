/**
 * Questions for choices, from processes without kernels to workers (port). Implemented by `store/`, on a database that
 * several processes share.
 */
import { isJsonObject, type Json } from '../text/json.ts';
import type { Choice } from '../parameter/choice.ts';
import type { Needs } from './placement.ts';
import type { Run } from './run.ts';

/** How many may wait or be answered at once, and how long texts may be. */
export const QUESTION_LIMITS = { count: 100, questionChars: 200_000, answerChars: 5_000_000 };

/** What a worker must know: the script by its stored bytes, as runs do, and the values on which the choices depend. */
export interface ChoiceQuestion extends Pick<
  Run,
  'script' | 'revision' | 'sidecar' | 'commit' | 'bundle' | 'packages'
> {
  /** The input. */
  readonly field: string;
  readonly inputs: Readonly<Record<string, Json>>;
}

export type ChoiceAnswer =
  | { readonly choices: readonly Choice[] }
  /** A sentence, and what only operators see. */
  | { readonly problem: string; readonly detail?: string };

export interface TakenQuestion {
  readonly id: string;
  readonly question: ChoiceQuestion;
}

export interface QuestionStore {
  /** It is answered until then, or forgotten. Throws `unavailable` beyond `QUESTION_LIMITS`. */
  ask(id: string, question: ChoiceQuestion, needs: Needs, forMs: number): Promise<void>;
  /** `isTaken`: a worker has it. Undefined once it is forgotten. */
  look(id: string): Promise<{ readonly isTaken: boolean; readonly answer?: ChoiceAnswer } | undefined>;
  forget(id: string): Promise<void>;
  /** The oldest one that nobody has and that passes; `by` is new for each call. */
  take(by: string, passes: (needs: Needs) => boolean): Promise<TakenQuestion | undefined>;
  /** By who has taken it. */
  answer(id: string, answer: ChoiceAnswer): Promise<void>;
  /** Others may take it. */
  giveBack(id: string): Promise<void>;
  /** Called when there may be questions to take; returns a function that unsubscribes. */
  onAsked(listener: () => void): () => void;
  /** Called when there may be an answer; returns a function that unsubscribes. */
  onAnswered(id: string, listener: () => void): () => void;
}

/** Undefined if the text is no answer. */
export function readAnswer(text: string): ChoiceAnswer | undefined {
  const value = JSON.parse(text) as Json;
  if (!isJsonObject(value)) return undefined;
  const { problem, detail, choices } = value;
  if (typeof problem === 'string') return { problem, ...(typeof detail === 'string' ? { detail } : {}) };
  if (!Array.isArray(choices)) return undefined;
  const pairs = choices as [string, string][];
  return { choices: pairs.map(([own, label]) => ({ value: own, label })) };
}

/** For `readAnswer`. What is too long becomes a problem. */
export function answerText(answer: ChoiceAnswer): string {
  if ('problem' in answer) return JSON.stringify(answer);
  const text = JSON.stringify({ choices: answer.choices.map(({ value, label }) => [value, label]) });
  if (text.length <= QUESTION_LIMITS.answerChars) return text;
  return JSON.stringify({ problem: 'The choices are too long: let them depend on another input.' });
}
