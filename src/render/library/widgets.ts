/** Jupyter's own widgets, anywidget, and what stands for others. */
import { built, copied, type Library } from './library.ts';

export const widgets: Library = {
  name: 'widgets',
  title: 'Jupyter widgets',
  files: [
    // of buttons: of Font Awesome only what they use
    copied('widgets', '@fortawesome/fontawesome-free/css/fontawesome.min.css'),
    copied('widgets', '@fortawesome/fontawesome-free/css/solid.min.css'),
    copied('widgets', '@fortawesome/fontawesome-free/css/v4-shims.min.css'),
    built('widgets', 'src/web/widget/main.ts'),
  ],
  global: 'reportWidgets',
};
