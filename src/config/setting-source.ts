/** The settings of scripts that come from a git repository. */
import Type from 'typebox';
import { duration, size, text } from './setting-kind.ts';

export const SOURCE_SETTINGS = {
  source: text(
    '',
    'git repository of the project, in place of the scripts, templates and static files of this folder; git’s own credential helpers and keys are used; default: none',
    'the address of a git repository without a password, such as "git+https://host/reports.git#main", "git+ssh://git@host/reports.git#main:folder" or "git+file:///srv/reports.git"',
  ),
  watch: Type.String({
    default: 'auto',
    pattern: '^(auto|poll)$',
    description:
      'how saved scripts are noticed: "poll" reads the folder every two seconds; "auto" asks the system as well, and polls only where that fails or the folder is on a network share',
    expected: '"auto" or "poll"',
  }),
  source_interval: duration('1m', 'how often the repository is asked for a new commit'),
  source_limit: size('500MB', 'size of the files of one commit; a larger one is not published'),
  source_secret: Type.String({
    default: '',
    pattern: '^([!-~]{16,200})?$',
    description:
      'secret with which a webhook of GitHub, GitLab, Gitea or Forgejo at /hooks/source makes the server ask at once. Set it by a variable; the file may not contain it; default: no webhook',
    expected: 'a text of 16 to 200 letters, digits and signs without blanks',
  }),
};
