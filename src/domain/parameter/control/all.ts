/** The registry of controls: how the field of each begins. Their HTML is `src/page/template/control/NAME.liquid`. */
import type { Control } from '../parameter.ts';
import type { ControlRule } from './control.ts';
import { multiselectControl, selectControl, switchControl } from './control-choice.ts';
import { fileControl } from './control-file.ts';
import { listControl } from './control-list.ts';
import { numberControl, sliderControl } from './control-number.ts';
import { passwordControl, plainControl, textControl } from './control-text.ts';

export const CONTROLS: Readonly<Record<Control, ControlRule>> = {
  text: textControl,
  textarea: plainControl,
  number: numberControl,
  slider: sliderControl,
  switch: switchControl,
  select: selectControl,
  multiselect: multiselectControl,
  list: listControl,
  date: plainControl,
  datetime: plainControl,
  time: plainControl,
  password: passwordControl,
  color: plainControl,
  file: fileControl,
  json: plainControl,
};
