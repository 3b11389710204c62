/** What tables of itables load where the notebook does not contain it. Its package is on no registry of ours. */
import { built, copied, npm, type Library } from './library.ts';

export const itables: Library = {
  name: 'itables',
  title: 'itables',
  files: [
    copied('itables', 'datatables.net-dt/css/dataTables.dataTables.min.css'),
    built('itables', 'src/web/library/itables/main.ts'),
  ],
  global: 'reportItables',
  addresses: [npm('dt_for_itables')],
};
