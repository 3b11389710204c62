import { expect, it } from 'vitest';
import { junitXml } from '../../../src/cli/check/junit.ts';

it('escapes what XML cannot hold', () => {
  const xml = junitXml('a "b"', [
    { group: 'g', name: '<x> & "y"\u0000\ud800', seconds: 1.5, failure: { message: 'no\u001b[1m', text: ']]>' } },
    { group: 'g', name: 'ok 😀', output: '' },
  ]);
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Script Runner" tests="2" failures="1" errors="0" time="1.500">
  <testsuite name="a &quot;b&quot;" tests="2" failures="1" errors="0" time="1.500">
    <testcase name="&lt;x&gt; &amp; &quot;y&quot;\uFFFD\uFFFD" classname="g" time="1.500">
      <failure message="no\uFFFD[1m">]]&gt;</failure>
    </testcase>
    <testcase name="ok 😀" classname="g"/>
  </testsuite>
</testsuites>
`);
});
