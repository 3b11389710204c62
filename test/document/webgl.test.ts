import { describe, expect, it } from 'vitest';
import { usesWebGl } from '../../src/document/browser/webgl.ts';

const uses = (text: string) => usesWebGl(new TextEncoder().encode(text));

describe('whether a report draws with WebGL', () => {
  it.each(['{"type":"surface"}', '[{"type": "surface"}]', 'new THREE.WebGLRenderer()', '"output_backend":"webgl"'])(
    'says so of %s',
    (text) => expect(uses(text)).toBe(true),
  );

  it('says that others do not', () => expect(uses(':root{--surface:#fff} /"output_backend":\\s*"webgl"/')).toBe(false));
});
