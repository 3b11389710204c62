/** Words of the controls of a form. */

export const CONTROL_WORDS = {
  optional: 'optional',
  from: 'From',
  to: 'To',
  pickColor: 'Pick a colour',
  zone: 'Time zone',
  zoneWritten: 'as written',
};
