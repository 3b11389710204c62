import { expect, test } from 'vitest';
import { reviewBash } from '../../../src/language/review/bash-review.ts';

const codes = (source: string) => reviewBash([source]).map(({ code, line }) => `${code} ${line}`);

test.each([
  ['read -p "Name? " name', ['asks-for-input 1']],
  ['echo a\nif true; then\n  read name\nfi', ['asks-for-input 3']],
  ['select kind in a b; do echo "$kind"; done', ['asks-for-input 1']],
  ['x=$(read a; echo "$a")', ['asks-for-input 1']],
  ['cat /home/ana/orders.csv', ['absolute-path 1']],
  ['sort --output="/Users/ana/x y.csv" a', ['absolute-path 1']],
  ['cp "/home/ana/$day.csv" .', ['absolute-path 1']],
  ['for f in /home/ana/data/*.csv; do wc "$f"; done', ['absolute-path 1']],
  ["DB_PASSWORD='tr0ub4dor-x'", ['secret-in-source 1']],
  ['export API_KEY=tr0ub4dor-x', ['secret-in-source 1']],
  ['tool --password tr0ub4dor-x\ntool --api-key=tr0ub4dor-x', ['secret-in-source 1', 'secret-in-source 2']],
  ['curl -H "Authorization: token ghp_abcdefghijklmnopqrstuvwxyz0123456789"', ['secret-in-source 1']],
  ['psql "postgresql://ana:tr0ub4dor@db/sales"', ['secret-in-source 1']],
  ['cat <<END\nAKIAABCDEFGHIJKLMNOP\nEND', ['secret-in-source 2']],
  ['date > out.txt', ['lost-file 1']],
  ['date | tee -a out.txt\ncurl -o page.html https://example.org', ['lost-file 1', 'lost-file 2']],
])('finds in %j', (source, expected) => {
  expect(codes(source)).toEqual(expected);
});

test.each([
  'while read -r line; do echo "$line"; done < orders.csv',
  'cat orders.csv | while read -r line; do echo "$line"; done',
  'cat a | { read -r x; echo "$x"; }',
  'read -r a b <<< "1 2"',
  'read -u 3 line',
  'read -t 0 line',
  'exec < orders.csv\nread -r line',
  'ask() { read -r "$1"; }\nask x < orders.csv',
  'mapfile -t lines < <(sort a)',
  '# read name',
  'echo "read name"',
  'PASSWORD="$SCRIPT_RUNNER_PARAM_password"',
  'PASSWORD=$(cat secret)',
  'token=your-token',
  'tool --password-file secret.txt --password "$P"',
  'date > /dev/null 2>&1',
  'date > "$name.txt"',
  'date > out.txt\nwc out.txt',
  'date > "$SCRIPT_RUNNER_OUTPUT_DIR/out.txt"',
  'cd "$(mktemp -d)"\ndate > out.txt',
  'echo https://example.org/home/ana/x',
  'if [ ; then (( $( "',
  '$('.repeat(2000),
  '"' + '${a'.repeat(2000),
])('finds nothing in %j', (source) => {
  expect(codes(source)).toEqual([]);
});

test('finds an input that is overwritten before anything has used it', () => {
  const review = (...cells: string[]) =>
    reviewBash(['DAY=1\nN=2', ...cells], { names: ['DAY', 'N'], cell: 0 }).map(
      ({ what, cell, line }) => `${what.slice(0, 15)} ${cell} ${line}`,
    );
  expect(review('echo a', 'x=1\nDAY=3\nN=4')).toEqual(['The input “DAY” 2 2', 'The input “N” i 2 3']);
  expect(review('echo "$DAY"', 'DAY=3\nN=$((N + 1))')).toEqual([]);
  expect(review('if a; then DAY=3; fi\nDAY=4 tool', 'eval "$x"\nN=3')).toEqual([]);
  expect(reviewBash(['export DAY=1', 'tool\nDAY=2'], { names: ['DAY'], cell: 0 })).toEqual([]);
});

test('names at most 20 places of a kind, with the lines of a program, and reads no cell that is too long', () => {
  expect(reviewBash([Array.from({ length: 30 }, () => 'read x').join('\n')])).toHaveLength(20);
  expect(reviewBash([`read x\n${' '.repeat(200_000)}`])).toEqual([]);
  expect(codes('%%script_runner_program a.sh\n\nread x')).toEqual(['asks-for-input 2']);
});
