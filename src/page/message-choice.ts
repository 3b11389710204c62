/** Words of inputs that depend on others. */

export const CHOICE_WORDS = {
  update: 'Update inputs',
};
