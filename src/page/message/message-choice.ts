/** Words of inputs that depend on others. */

export const CHOICE_WORDS = {
  update: 'Update inputs',
  search: 'Search the choices',
  loading: 'Reading the choices …',
  none: 'Nothing found.',
  found: '{count} found.',
  more: 'Show more',
  failed: 'The choices could not be read. Is the server running?',
  many: '{count} choices: type to search.',
  detail: 'What happened',
};
