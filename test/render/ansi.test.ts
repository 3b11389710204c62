import { describe, expect, it } from 'vitest';
import { ansiToHtml } from '../../src/render/ansi.ts';
import { applySgr } from '../../src/domain/text/ansi.ts';

const ESC = '\x1b';

describe('ansiToHtml', () => {
  it.each([
    ['plain <b>', 'plain &lt;b&gt;'],
    [`${ESC}[31mred${ESC}[0m`, '<span class="ansi-red-fg">red</span>'],
    [`${ESC}[1;94;43mx`, '<span class="ansi-bold ansi-bright-blue-fg ansi-yellow-bg">x</span>'],
    [`${ESC}[38;5;196mx`, '<span style="color:rgb(255,0,0)">x</span>'],
    [`${ESC}[38:5:1mx`, '<span class="ansi-red-fg">x</span>'],
    [`${ESC}[48;5;244mx`, '<span style="background-color:rgb(128,128,128)">x</span>'],
    [`${ESC}[38:2::1:2:3mx`, '<span style="color:rgb(1,2,3)">x</span>'],
    [`${ESC}[38:2:1:2:3mx`, '<span style="color:rgb(1,2,3)">x</span>'],
    [`${ESC}[48;2;1;2;999mx`, '<span style="background-color:rgb(1,2,255)">x</span>'],
    [`${ESC}[4:3mx${ESC}[4:0my`, '<span class="ansi-underline">x</span>y'],
    [`${ESC}[58:2::1:2:3mx${ESC}[58;5;1my`, 'xy'],
    [`${ESC}[2;3;9mx`, '<span class="ansi-faint ansi-italic ansi-strike">x</span>'],
    [`${ESC}[7mx${ESC}[27my`, '<span class="ansi-inverse">x</span>y'],
    [`${ESC}[7;31;42mx`, '<span class="ansi-green-fg ansi-red-bg">x</span>'],
    [`${ESC}[7;38;2;1;2;3mx`, '<span style="background-color:rgb(1,2,3)">x</span>'],
    [
      `${ESC}]8;id=1;https://a.b/?c;d&e${ESC}\\link${ESC}]8;;${ESC}\\ end`,
      '<a href="https://a.b/?c;d&amp;e" target="_blank" rel="noopener noreferrer">link</a> end',
    ],
    [`${ESC}]8;;javascript:alert(1)\x07link${ESC}]8;;\x07`, 'link'],
    [`${ESC}]0;title\x07a${ESC}[2Jb${ESC}(Bc${ESC}[3`, 'abc[3'],
  ])('%j', (text, html) => {
    expect(ansiToHtml(text)).toBe(html);
  });
});

describe('applySgr', () => {
  it.each([
    ['', '38:2::1:2:3;1', '1;38;2;1;2;3'],
    ['', '38:5:196', '38;5;196'],
    ['4', '4:0', ''],
    ['', '58;2;1;2;3;31', '31'],
    ['', '38:9;31', '31'],
  ])('%j and then %j is %j', (state, parameters, expected) => {
    expect(applySgr(state, parameters)).toBe(expected);
  });
});
