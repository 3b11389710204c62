/** Outputs that lack something, or are frames: what the report says in their place. */
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import { documentText } from '../../render/document-text.ts';
import { testChromium } from '../../chromium.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';
import { OPTIONS } from '../../render/options.ts';
import { after, html, shown, useReader } from './reader.ts';

const chromiumPath = testChromium();

describe.skipIf(chromiumPath === undefined)('an output in the report frame (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  it('says which output has failed later, in a timer or a promise, also in a module', async () => {
    const frame = await reader.open(
      after(
        html('<script>setTimeout(() => laterCharts.draw(), 20)</script>'),
        html('<script>Promise.resolve().then(() => { throw new TypeError("no rows") })</script>'),
        html('<script type="module">setTimeout(() => { throw new RangeError("too far") }, 20)</script>'),
        html('<p>fine</p>'),
        html('<script>setTimeout(() => Promise.reject("why not"), 20)</script>'),
      ),
    );
    await expect
      .poll(() =>
        frame.locator('.output').evaluateAll((outputs) => outputs.map((one) => (one as HTMLElement).innerText)),
      )
      .toEqual([
        'A script of this output stopped: it needs “laterCharts”, which this report does not have.',
        'A script of this output stopped: TypeError: no rows',
        'A script of this output stopped: RangeError: too far',
        'fine',
        '',
      ]);
    await frame.locator('#report-blocked', { hasText: 'A script of an output stopped: why not' }).waitFor();
  });

  it('runs a module that awaits what a later output sets after that output', async () => {
    const module = `<p id="early"></p><script type="module">const { word } = await window.later;
      document.getElementById('early').textContent = word;</script>`;
    const frame = await reader.open(after(html(module), html('<script>window.later = { word: "waited" }</script>')));
    await frame.locator('#early:text("waited")').waitFor();
    expect(await frame.locator('.note').count()).toBe(0);
  });

  it('says in the place of a frame what is not shown there, and what a frame lacks', async () => {
    const inner = (body: string) =>
      `<iframe srcdoc="${body.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
    const encoded = Buffer.from('<p>Größe</p>').toString('base64');
    const frame = await reader.open(
      after(
        html('<p>a</p><iframe src="https://pages.example.org/x?a=1&amp;b=2" height="500"></iframe><p>b</p>'),
        html('<iframe src="graph.html" height="500"></iframe>'),
        html(`<iframe src="data:text/html;base64,${encoded}"></iframe>`),
        html(inner('<div></div><script src="https://maps.example.org/map.js"></script><script>L.map()</script>')),
        html(inner(inner('<p>deep</p><iframe src="https://deep.example.org/"></iframe>'))),
        html(inner(inner('<script>setTimeout(() => deepCharts.draw(), 20)</script>'))),
        html(
          '<div id="made"></div><script>made.innerHTML = \'<iframe src="https://made.example.org/" height="300">\'</script>',
        ),
        html(
          '<script>document.currentScript.after(Object.assign(document.createElement("iframe"), { src: "data:text/html,x" }))</script>',
        ),
      ),
    );
    const embedded = 'Reports embed no pages of other servers.';
    await expect
      .poll(() =>
        frame
          .locator('.output')
          .evaluateAll((outputs) => outputs.map((one) => (one as HTMLElement).innerText.trim().replace(/\n+/g, '\n'))),
      )
      .toEqual([
        `a\nA page from pages.example.org belongs here. ${embedded} Open it\nb`,
        'The page graph.html belongs here. Reports embed no files; a notebook can output the page itself: HTML(filename=…).',
        '',
        'A script that this output needs was not loaded from maps.example.org.',
        '',
        'A script of this output stopped: it needs “deepCharts”, which this report does not have.',
        `A page from made.example.org belongs here. ${embedded}`,
        'A page belongs here that reports cannot embed.',
      ]);
    const text = (at: number) => frame.frameLocator(`.output >> nth=${at} >> iframe`);
    expect(await text(2).locator('p').innerText()).toBe('Größe');
    expect(await text(4).frameLocator('iframe').locator('body').innerText()).toContain('A page from deep.example.org');
    expect(await frame.locator('.output >> nth=0 >> a').getAttribute('href')).toBe(
      'https://pages.example.org/x?a=1&b=2',
    );
    expect((await frame.locator('.output').nth(3).boundingBox())?.height).toBeLessThan(60);
    expect((await frame.locator('.output').nth(0).boundingBox())?.height).toBeLessThan(200);
    await frame.locator('#report-blocked', { hasText: 'Something from maps.example.org was not loaded.' }).waitFor();
    expect(reader.site.reached).toEqual([]);
  });

  it('shows an isolated output in a frame of its own, as high as its content', async () => {
    const isolated = (source: string, metadata: JsonObject = { isolated: true }) => html(source, metadata);
    const frame = await reader.open(
      after(
        isolated('<style>body, h1 { color: rgb(1, 2, 3) }</style><h1>Own</h1><div style="height:700px"></div>'),
        isolated('<p>per format</p>', { 'text/html': { isolated: true } }),
        isolated('<div style="height:100vh">window</div>'),
        isolated('<a href="https://example.org/x">away</a><script>setTimeout(() => laterCharts.draw(), 20)</script>'),
      ),
    );
    const frames = frame.locator('iframe.isolated');
    const heights = () => frames.evaluateAll((all) => all.map(({ clientHeight }) => clientHeight));
    await expect.poll(async () => (await heights())[0]).toBeGreaterThan(700);
    await expect.poll(async () => (await heights())[1]).toBeLessThan(80);
    await frame.locator('.output .failed', { hasText: 'laterCharts' }).waitFor();
    expect((await heights())[0]).toBeLessThan(900);
    expect(await frame.locator('.prose h1').evaluate((title) => getComputedStyle(title).color)).not.toBe(
      'rgb(1, 2, 3)',
    );
    expect(
      await frames
        .nth(0)
        .contentFrame()
        .locator('h1')
        .evaluate((title) => getComputedStyle(title).color),
    ).toBe('rgb(1, 2, 3)');
    await frames.nth(3).contentFrame().getByText('away').click();
    await expect
      .poll(async () => (await reader.heard()).filter(({ type }) => type === 'link'))
      .toEqual([{ type: 'link', url: 'https://example.org/x' }]);
    expect((await heights())[2]).toBeLessThan(500);
  });

  it('shows the report whatever the style sheet of an output would hide or cover, and says so', async () => {
    const frame = await reader.open(
      after(
        html('<style>body { display: none !important }</style><p>a</p>'),
        html('<style>@media all { * { visibility: hidden !important } } .own { display: none }</style><p>b</p>'),
        html(
          '<style>.over { position: fixed; inset: 0; background: red; z-index: 99 }</style><div class="over">c</div>',
        ),
        html('<div style="position:fixed; top:0; width:100vw; height:100vh">d</div>'),
        html('<!doctype html><html><head><style>div, p { color: rgb(1, 2, 3) !important }</style><body><p>e'),
        html('<p class="own">f</p><style>.dataframe th { display: none }</style><table class="dataframe"><th>g'),
        html('<p>h</p>'),
        html('<style>div, body { border-top: 3px solid rgb(4, 5, 6) }</style><div>i</div>'),
        shown({ 'text/markdown': '<style>p, body { color: rgb(4, 5, 6) }</style>\n\nj' }),
      ),
    );
    const texts = () =>
      frame.locator('.output').evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText.trim()));
    const left =
      'A style sheet of this output would hide other parts of the report. The rules that do so are left out.';
    const kept = 'A part of this output would cover the report. It stays in its own place.';
    const stay = ['', '', 'h', 'i', 'j'];
    await expect
      .poll(async () => (await texts()).map((text) => text.replace(/\n+/g, '|')))
      .toEqual([`${left}|a`, `${left}|b`, `${kept}|c`, `${kept}|d`, ...stay]);
    const prose = frame.locator('.prose h1');
    expect(await prose.isVisible()).toBe(true);
    expect(await prose.evaluate((title) => getComputedStyle(title).color)).not.toBe('rgb(1, 2, 3)');
    const boxes = await frame.locator('.output').evaluateAll((all) =>
      all.slice(2, 4).map((one) => {
        const box = one.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + 5, box.bottom + 30);
        return at === null || !one.contains(at);
      }),
    );
    expect(boxes).toEqual([true, true]);
    const style = (selector: string, name: 'color' | 'borderTopWidth') =>
      frame
        .locator(selector)
        .first()
        .evaluate((one, key) => getComputedStyle(one)[key], name);
    expect(await style('.output:nth-child(8) div', 'borderTopWidth')).toBe('3px');
    expect(await style('#report .outputs', 'borderTopWidth')).toBe('0px');
    expect(await style('.output-markdown p', 'color')).toBe('rgb(4, 5, 6)');
    expect(await style('.output:nth-child(7) p', 'color')).not.toBe('rgb(4, 5, 6)');
  });

  it('says which picture and which recording cannot be shown', async () => {
    const frame = await reader.open(
      after(
        shown({ 'image/png': btoa('\x89PNG\r\n\x1a\n') }),
        html('<img src="data:image/png;base64,AAAA">'),
        shown({ 'video/mp4': btoa('no film') }),
        html('<audio controls><source src="data:audio/wav;base64,AAAA" type="audio/wav"></audio>'),
        shown({ 'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>' }),
      ),
    );
    const notes = () =>
      frame.locator('.output').evaluateAll((all) => all.map((one) => one.querySelector('.note')?.textContent ?? ''));
    await expect
      .poll(notes)
      .toEqual([
        'This picture is incomplete: the end of its data is missing.',
        'A picture of this output cannot be shown: its data is damaged or missing.',
        expect.stringMatching(/^This recording cannot be played/),
        expect.stringMatching(/^This recording cannot be played/),
        '',
      ]);
  });

  it('scrolls a wide formula with its number beside it, and fits it on paper', async () => {
    const terms = Array.from({ length: 60 }, (_, at) => `x_{${at}}`).join('+');
    const frame = await reader.open(after(shown({ 'text/latex': `$$${terms} \\tag{7}$$` })));
    const sides = () =>
      frame.locator('.katex-display').evaluate((display) => {
        const boxes = (name: string) => [...display.querySelectorAll(name)].map((one) => one.getBoundingClientRect());
        const terms = boxes('.katex-html > .katex-base');
        return {
          left: terms[0]?.left ?? 0,
          right: terms.at(-1)?.right ?? 0,
          number: boxes('.katex-tag')[0]?.left ?? 0,
        };
      });
    const onScreen = await sides();
    expect(onScreen.number).toBeGreaterThan(onScreen.right);
    expect(onScreen.right).toBeGreaterThan(900);
    await expect.poll(() => frame.locator('.katex-display').getAttribute('tabindex')).toBe('0');
    await frame.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await reader.page.emulateMedia({ media: 'print' });
    const printed = await sides();
    await reader.page.emulateMedia({ media: null });
    expect(printed.right - printed.left).toBeLessThan(690);
    await frame.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await sides()).toEqual(onScreen);
  });

  it('says that a library for which an output waits does not come', async () => {
    const waiting = { 'application/javascript': 'window.waits = true', 'application/vnd.bokehjs_exec.v0+json': '' };
    const frame = await reader.open(after(shown(waiting)));
    await frame.locator('.output > .failed', { hasText: 'it needs “Bokeh”' }).waitFor();
    expect(await frame.evaluate(() => 'waits' in globalThis)).toBe(true);
  });

  it('says with which library Panel draws what is not there', async () => {
    const pane = (name: string) => ({
      'text/html': `<div></div><script>window.Bokeh ??= {}; void {"name":"panel.models.${name}"}</script>`,
      'application/vnd.holoviews_exec.v0+json': '',
    });
    const frame = await reader.open(after(shown(pane('deckgl.DeckGLPlot')), shown(pane('layout.Column'))));
    const said = 'Panel draws this with deck.gl, which reports do not have.';
    await frame.locator('.output > .note', { hasText: said }).waitFor();
    expect(await frame.locator('.note').count()).toBe(1);
  });

  describe('for reading', () => {
    const text = (source: string) => cell('markdown', source);
    const readable = (...cells: readonly Cell[]) =>
      foldReport(
        startReport(notebook(cell('code', 'secret_code = 1'), ...cells), { title: 'T', showCode: false }),
        log([
          { type: 'cell-started', cell: 0 },
          { type: 'stream-appended', cell: 0, name: 'stdout', text: 'line\n'.repeat(200) },
          { type: 'cell-finished', cell: 0, status: 'ok', ms: 1 },
          { type: 'run-finished', outcome: { type: 'succeeded' } },
        ]),
      );

    it('sends the headings, each with an address of its own, and copies links to them', async () => {
      const report = readable(text('# A\n\n## Same $x^2$'), text('## Same $x^2$\n\n#### Deep'), text('## 売上'));
      const frame = await reader.open(report);
      const contents = async () => (await reader.heard()).findLast((message) => message.type === 'contents');
      await expect
        .poll(async () => (await contents())?.items.map(({ id, level, text }) => [id, level, text]))
        .toEqual([
          ['A', 1, 'A'],
          ['Same-$x^2$', 2, 'Same x2'],
          ['Same-$x^2$-2', 2, 'Same x2'],
          ['売上', 2, '売上'],
        ]);
      await frame.locator('#A > .heading-link').click();
      await expect
        .poll(async () => (await reader.heard()).slice(-2))
        .toEqual([
          { type: 'copy-link', id: 'A' },
          { type: 'go', id: 'A' },
        ]);
    });

    it('shows and hides the code of one step and of all', async () => {
      const frame = await reader.open(readable());
      const code = frame.locator('.code code');
      expect(await code.isVisible()).toBe(false);
      const button = frame.getByRole('button', { name: 'Show the code of this step' });
      const top = async (place: Locator) => (await place.boundingBox())?.y;
      expect(await top(button), 'it stands beside its step').toBe(await top(frame.locator('.cell-code')));
      await button.click();
      expect(await code.isVisible()).toBe(true);
      await frame.getByText('Show code').click();
      await frame.getByRole('button', { name: 'Hide this code' }).click();
      expect(await code.isVisible()).toBe(false);
      await frame.getByText('Show code').click();
      await frame.getByText('Show code').click();
      expect(await code.isVisible()).toBe(true);
    });

    it('copies what was printed, and shows all lines of it', async () => {
      const frame = await reader.open(readable());
      const stream = frame.locator('.output-stream');
      await stream.getByRole('button', { name: 'Show all 200 lines' }).click();
      expect(await stream.evaluate(({ clientHeight }) => clientHeight)).toBeGreaterThan(3000);
      await stream.getByRole('button', { name: 'Show less' }).waitFor();
      await stream.getByRole('button', { name: 'Copy' }).click();
      await expect
        .poll(async () => (await reader.heard()).find(({ type }) => type === 'copy'))
        .toEqual({ type: 'copy', text: 'line\n'.repeat(200) });
    });

    it('folds the outputs of a step that has many while they arrive, and prints all', async () => {
      const many = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, at) => html(`<p>output ${String(from + at)}</p>`));
      const frame = await reader.open(after(...many(0, 30)));
      const button = (name: string) => frame.getByText(name, { exact: true });
      expect(await frame.locator('.outputs-rest').count()).toBe(0);
      const next = await reader.change(after(...many(0, 30)), ...many(30, 40));
      await button('Show all 40 outputs').waitFor();
      expect(await frame.getByText('output 20').isVisible()).toBe(false);
      await button('Show all 40 outputs').click();
      const more = await reader.change(next, ...many(40, 60), { type: 'notice', cell: 1, text: 'A note.' });
      await frame.getByText('output 59').waitFor();
      await frame.getByText('A note.').waitFor();
      await button('Show only the first 20 outputs').click();
      await button('Show all 60 outputs').waitFor();
      await reader.page.emulateMedia({ media: 'print' });
      expect(await frame.getByText('output 59').isVisible()).toBe(true);
      await reader.page.emulateMedia({ media: 'screen' });
      reader.site.report = documentText(more, OPTIONS);
      const live = await frame.locator('.outputs').evaluate((element) => element.innerHTML);
      await reader.page.goto(`${reader.site.url}/report`);
      expect(await reader.page.locator('.outputs').evaluate((element) => element.innerHTML)).toBe(live);
    });

    it('opens what a link leads into: tabs and hidden code', async () => {
      const tabs = '::: {.panel-tabset}\n## One\n1\n## Two\n<p id="deep">deep</p>\n:::';
      const frame = await reader.open(readable(text(tabs)));
      const deep = frame.getByText('deep');
      expect(await deep.isVisible()).toBe(false);
      await reader.say({ type: 'show', id: 'deep' });
      await deep.waitFor();
      expect(await frame.getByRole('radio', { name: 'Two' }).isChecked()).toBe(true);
      await frame.getByRole('radio', { name: 'Two' }).press('ArrowLeft');
      expect(await deep.isVisible()).toBe(false);
    });

    it('has its contents in a file, and marks the current section', async () => {
      const long = 'word '.repeat(2000);
      reader.site.report = documentText(readable(text(`## One\n\n${long}`), text(`## Two\n\n${long}`)), OPTIONS);
      await reader.page.goto(`${reader.site.url}/report`);
      await reader.page.setViewportSize({ width: 1500, height: 700 });
      const contents = reader.page.getByRole('navigation', { name: 'Contents' });
      await contents.getByRole('link', { name: 'Two' }).click();
      await expect.poll(() => contents.locator('[aria-current]').textContent()).toBe('Two');
      expect(new URL(reader.page.url()).hash).toBe('#Two');
    });
  });
});
