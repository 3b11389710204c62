/** The registry of controls: how the field of each begins. Their HTML is `src/page/template/control/NAME.liquid`. */
import type { Control } from '../parameter.ts';
import type { ControlRule } from './control.ts';
import { multiselectControl, radioControl, selectControl, switchControl } from './control-choice.ts';
import { codeControl } from './control-code.ts';
import { fileControl } from './control-file.ts';
import { listControl } from './control-list.ts';
import { momentControl, timeControl } from './control-moment.ts';
import { numberControl, sliderControl } from './control-number.ts';
import { rangeControl } from './control-range.ts';
import { passwordControl, plainControl, textControl } from './control-text.ts';

export const CONTROLS: Readonly<Record<Control, ControlRule>> = {
  text: textControl,
  textarea: plainControl,
  number: numberControl,
  slider: sliderControl,
  range: rangeControl,
  switch: switchControl,
  select: selectControl,
  radio: radioControl,
  multiselect: multiselectControl,
  list: listControl,
  date: plainControl,
  'date-range': rangeControl,
  datetime: momentControl,
  time: timeControl,
  password: passwordControl,
  color: plainControl,
  email: textControl,
  url: textControl,
  code: codeControl,
  file: fileControl,
  json: plainControl,
};
