/** Finds the element that a patch names. By its position, not only its id: outputs may use any id. */

/** The outputs of a cell may be folded, and have a caption. */
const OUTPUTS = ':is(:scope, :scope > .folded, :scope > .captioned, :scope > .folded > .captioned) > ';

/** Undefined if it no longer exists; a later patch of the same run may have removed its section. */
export function findTarget(target: string, body: Element = document.body): Element | undefined {
  const article = body.querySelector(':scope > #report') ?? undefined;
  if (target === 'report') return article;
  const [, cell, rest] = /^(c\d+)(-out|-o\d+(?:-text|-table)?)?$/.exec(target) ?? [];
  if (cell === undefined) return child(article, target);
  const section = child(article, cell);
  if (rest === undefined) return section;
  const outputs = child(section, `${cell}-out`, OUTPUTS);
  if (rest === '-out') return outputs;
  return child(outputs, target) ?? child(outputs, target, ':is(:scope > .output-stream, :scope > .output) > ');
}

function child(parent: Element | undefined, id: string, within = ':scope > '): Element | undefined {
  return parent?.querySelector(`${within}[id="${CSS.escape(id)}"]`) ?? undefined;
}
