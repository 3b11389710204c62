/** Which worker can execute which run: what scripts need, what workers offer. Pure. */
import { defined } from '../defined.ts';
import { isJsonObject, type Json } from '../text/json.ts';
import { sizeWords } from '../text/size.ts';

/** What a run needs of its worker. */
export interface Needs {
  /** Of its kernel, lower-case; absent: it runs anywhere. */
  readonly language?: string;
  /** The kernel that it names, lower-case, where no other one of its language will do; absent: any. */
  readonly kernel?: string;
  readonly tags: readonly string[];
  /** Memory that one run may use, in bytes. */
  readonly memoryBytes?: number;
  /** Hash of what declares its packages; absent: the default environment will do. */
  readonly packages?: string;
}

/** What a worker can give a run. */
export interface Offers {
  /** Of its kernels, lower-case; absent: unknown, it takes all. */
  readonly languages?: readonly string[];
  /** Names of its kernels, lower-case; absent: unknown, it takes all. */
  readonly kernels?: readonly string[];
  readonly tags: readonly string[];
  /** Memory that one run may use, in bytes; absent: without limit. */
  readonly memoryBytes?: number;
  /** What declares packages that it could not install, or still installs, by hash; absent: nothing. */
  readonly without?: readonly string[];
}

/** The rule. */
export function canTake(offers: Offers, needs: Needs): boolean {
  return lacking(offers, needs).length === 0;
}

/** Why no live worker can execute a run, as a sentence; undefined: one can. */
export function unmetNeed(needs: Needs, workers: readonly Offers[]): string | undefined {
  if (workers.some((offers) => canTake(offers, needs))) return undefined;
  if (workers.length === 0) return 'It waits for a worker: none is connected.';
  const lacks = workers.map((offers) => lacking(offers, needs));
  const [first = []] = lacks;
  const everywhere = first.filter((need) => lacks.every((one) => one.includes(need)));
  if (everywhere.length > 0) return `It waits for a worker with ${listed(everywhere)}: no connected worker has that.`;
  const all = [...new Set(lacks.flat())];
  return `It waits for a worker with ${listed(all)}: no connected worker has all of that.`;
}

/** What the worker lacks, in words. */
function lacking(offers: Offers, needs: Needs): readonly string[] {
  const { language, kernel, tags, memoryBytes = 0, packages = '' } = needs;
  const missing = tags.filter((tag) => !offers.tags.includes(tag)).map((tag) => `the tag “${tag}”`);
  if (language !== undefined && offers.languages?.includes(language) === false)
    missing.unshift(`a kernel for ${language}`);
  else if (kernel !== undefined && offers.kernels?.includes(kernel) === false)
    missing.unshift(`the kernel “${kernel}”`);
  if (memoryBytes > (offers.memoryBytes ?? Infinity)) missing.push(`${sizeWords(memoryBytes)} of memory for one run`);
  if (offers.without?.includes(packages) === true) missing.push('the packages that its script declares');
  return missing;
}

/** The same needs give the same text, so that waiting runs can be grouped by it. */
export function needsText({ language, kernel, tags, memoryBytes, packages }: Needs): string {
  const sorted = [...new Set(tags)].sort();
  return JSON.stringify({ ...defined({ language, kernel, memory: memoryBytes, packages }), tags: sorted });
}

/** An unreadable text needs nothing. */
export function readNeeds(text: string): Needs {
  const value = parse(text);
  return {
    tags: texts(value['tags']),
    ...(typeof value['language'] === 'string' ? { language: value['language'] } : {}),
    ...(typeof value['kernel'] === 'string' ? { kernel: value['kernel'] } : {}),
    ...(typeof value['memory'] === 'number' ? { memoryBytes: value['memory'] } : {}),
    ...(typeof value['packages'] === 'string' ? { packages: value['packages'] } : {}),
  };
}

export function offersText({ languages, kernels, tags, memoryBytes, without }: Offers): string {
  return JSON.stringify({ ...defined({ languages, kernels, memory: memoryBytes, without }), tags });
}

/** Without a text, of an older version: it takes every run. */
export function readOffers(text: string | null): Offers | undefined {
  if (text === null) return undefined;
  const value = parse(text);
  return {
    tags: texts(value['tags']),
    ...(Array.isArray(value['languages']) ? { languages: texts(value['languages']) } : {}),
    ...(Array.isArray(value['kernels']) ? { kernels: texts(value['kernels']) } : {}),
    ...(Array.isArray(value['without']) ? { without: texts(value['without']) } : {}),
    ...(typeof value['memory'] === 'number' ? { memoryBytes: value['memory'] } : {}),
  };
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function parse(text: string): Readonly<Record<string, Json | undefined>> {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as Json[]).filter((item) => typeof item === 'string') : [];
}
