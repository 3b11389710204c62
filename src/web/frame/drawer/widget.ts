/** Draws views of Jupyter widgets. */
import { adaptFigures, showWidget } from '../widget.ts';
import type { Drawer } from './drawer.ts';

export const widget: Drawer = {
  name: 'widget',
  draw: async (place, value) => {
    await showWidget(place, String(value));
    return {
      fit: () => adaptFigures(({ fit }) => fit?.()),
      dress: () => adaptFigures(({ dress }) => dress?.()),
    };
  },
};
