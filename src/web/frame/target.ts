/** Finds the element that a patch names. By its position, not only its id: outputs may use any id. */

/** The outputs of a cell may be folded, and have a caption. */
const OUTPUTS = ':is(:scope, :scope > .folded, :scope > .captioned, :scope > .folded > .captioned) > ';

/** What contains outputs: those after the first ones may be folded. */
const LISTED = ':is(:scope, :scope > .outputs-rest)';

/** The output that shows the widget, the id of what an Output widget contains, and perhaps an output in that. */
const IN_WIDGET = /^(c\d+-o\d+)(?=-w)((?:-w\d+-o\d+)*-w\d+)(-o\d+(?:-text|-table)?(?:-rest(?:-count)?)?)?$/;

/** Undefined if it no longer exists; a later patch of the same run may have removed its section. */
export function findTarget(target: string, body: Element = document.body): Element | undefined {
  const article = body.querySelector(':scope > #report') ?? undefined;
  if (target === 'report') return article;
  const [, view, group = '', inside] = IN_WIDGET.exec(target) ?? [];
  if (view !== undefined) return insideOf(findTarget(view, body), view + group, inside === undefined ? '' : target);
  const [, cell, rest] = /^(c\d+)(-out|-o\d+(?:-text|-table)?(?:-rest(?:-count)?)?)?$/.exec(target) ?? [];
  if (cell === undefined) return child(article, target);
  const section = child(article, cell);
  if (rest === undefined) return section;
  const outputs = child(section, `${cell}-out`, OUTPUTS);
  if (rest === '-out') return outputs;
  return childOf(outputs, target);
}

/** In what an Output widget contains, which is moved into the view of its widget. */
function insideOf(view: Element | undefined, group: string, target: string): Element | undefined {
  const contents = child(view, group, ':scope .widget-outputs');
  return target === '' ? contents : childOf(contents, target);
}

function childOf(outputs: Element | undefined, target: string): Element | undefined {
  return (
    child(outputs, target, `${LISTED} > `) ??
    child(outputs, target, `:is(${LISTED} > .output-stream, ${LISTED} > .output) > `)
  );
}

function child(parent: Element | undefined, id: string, within = ':scope > '): Element | undefined {
  return parent?.querySelector(`${within}[id="${CSS.escape(id)}"]`) ?? undefined;
}
