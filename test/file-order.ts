/** The order of the test files: those that take longest begin first, so that none of them runs alone at the end. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** All that take longer than half a minute, the longest first. The others follow as Vitest orders them. */
export const SLOWEST: readonly string[] = [
  'test/http/page-state.real.test.ts',
  'test/soak/hostile-soak.real.test.ts',
  'test/soak/fault-soak.real.test.ts',
  'test/end-to-end/roles.real.test.ts',
  'test/end-to-end/flood-bound.real.test.ts',
  'test/end-to-end/fault.real.test.ts',
  'test/end-to-end/bucket.real.test.ts',
  'test/end-to-end/viewer-browser.real.test.ts',
  'test/http/page-accessibility.real.test.ts',
  'test/fidelity/fidelity.real.test.ts',
  'test/end-to-end/move-bucket.real.test.ts',
  'test/kernel/kernel-limit.real.test.ts',
  'test/end-to-end/gateway.real.test.ts',
  'test/kernel/gateway/gateway-supplier.real.test.ts',
  'test/http/page-refresh.real.test.ts',
  'test/http/run-browser.real.test.ts',
  'test/http/asset-blocked.real.test.ts',
  'test/end-to-end/older-data.real.test.ts',
  'test/store/bucket.real.test.ts',
  'test/store/postgres.real.test.ts',
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const root = this.ctx.config.root;
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOWEST.indexOf(relative(root, moduleId));
      return place === -1 ? SLOWEST.length : place;
    };
    const projects = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...projects.values()].flatMap((each) => each.sort((a, b) => rank(a) - rank(b)));
  }
}
