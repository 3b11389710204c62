/**
 * Renders terminal colours as HTML: classes for the sixteen named ones (they follow the theme), inline styles for the
 * rest; hyperlinks and web addresses as links. Other control sequences are dropped.
 */
import { applySgr, ESCAPE_SEQUENCE, linkOf } from '../domain/text/ansi.ts';
import { attributes, escapeHtml } from './html.ts';
import { link, linkedText } from './text-link.ts';

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const LOOKS: Readonly<Record<string, string>> = {
  '1': 'ansi-bold',
  '2': 'ansi-faint',
  '3': 'ansi-italic',
  '4': 'ansi-underline',
  '9': 'ansi-strike',
};

interface Paint {
  readonly name?: string;
  readonly rgb?: string;
}

/** `linked`: has drawn what stands before the text, up to its first sequence. */
export function ansiToHtml(text: string, linked: (part: string) => string = linkedText): string {
  if (!text.includes('\x1b')) return linked(text);
  const out: string[] = [];
  let state = '';
  let address = '';
  let at = 0;
  let isFirst = true;
  const add = (part: string) => {
    if (part === '') return;
    part = part.replaceAll('\x1b', '');
    const own = address === '' ? (isFirst ? linked : linkedText)(part) : escapeHtml(part);
    const inside = state === '' ? own : `<span${looks(state)}>${own}</span>`;
    out.push(address === '' ? inside : link(address, inside));
    isFirst = false;
  };
  for (const { 0: whole, 1: parameters = '', 2: final, 3: command, index } of text.matchAll(ESCAPE_SEQUENCE)) {
    add(text.slice(at, index));
    at = index + whole.length;
    if (final === 'm') state = applySgr(state, parameters);
    else if (command !== undefined) address = linkOf(command) ?? address;
  }
  add(text.slice(at));
  return out.join('');
}

/** `state` as returned by `applySgr`. */
function looks(state: string): string {
  const codes = state.split(';');
  const classes: string[] = [];
  let front: Paint | undefined;
  let back: Paint | undefined;
  let isInverse = false;
  for (let at = 0; at < codes.length; at += 1) {
    const code = Number(codes[at]);
    if (code === 38 || code === 48) {
      const isWide = codes[at + 1] === '2';
      const paint = isWide ? rgb(codes.slice(at + 2, at + 5)) : palette(Number(codes[at + 2]));
      if (code === 38) front = paint;
      else back = paint;
      at += isWide ? 4 : 2;
    } else if (code === 7) isInverse = true;
    else if (code >= 90) [front, back] = code >= 100 ? [front, named(code - 92)] : [named(code - 82), back];
    else if (code >= 30) [front, back] = code >= 40 ? [front, named(code - 40)] : [named(code - 30), back];
    else classes.push(LOOKS[String(code)] ?? '');
  }
  if (isInverse && front === undefined) {
    classes.push('ansi-inverse');
    back = undefined;
  } else if (isInverse) [front, back] = [back, front];
  if (front?.name !== undefined) classes.push(`ansi-${front.name}-fg`);
  if (back?.name !== undefined) classes.push(`ansi-${back.name}-bg`);
  const style = [
    ...(front?.rgb === undefined ? [] : [`color:rgb(${front.rgb})`]),
    ...(back?.rgb === undefined ? [] : [`background-color:rgb(${back.rgb})`]),
  ].join(';');
  return attributes({
    class: classes.filter((name) => name !== '').join(' ') || undefined,
    style: style === '' ? undefined : style,
  });
}

/** 0 to 7, and the bright ones from 8 to 15. */
function named(index: number): Paint {
  return { name: `${index >= 8 ? 'bright-' : ''}${COLOURS[index % 8] ?? 'black'}` };
}

function rgb(parts: readonly string[]): Paint {
  return { rgb: parts.map((part) => Math.min(255, Number(part) || 0)).join(',') };
}

/** The 256 colours of xterm: the named ones, a cube of six to a side, and greys. */
function palette(index: number): Paint {
  if (index < 16) return named(index);
  if (index >= 232) return rgb(Array<string>(3).fill(String(8 + 10 * (index - 232))));
  const at = index - 16;
  return rgb(
    [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => String(step === 0 ? 0 : 55 + 40 * step)),
  );
}
