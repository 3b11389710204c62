/** The settings for the environments of scripts that declare packages. */
import { flag, size } from './setting-kind.ts';

export const ENVIRONMENT_SETTINGS = {
  environments: flag(
    true,
    'whether scripts run in environments with the packages that they declare, such as in requirements.txt; else all run in the default one',
  ),
  environments_limit: size(
    '20GB',
    'disk space of all such environments in the user’s cache; those used longest ago are deleted first',
  ),
  environments_build: flag(
    false,
    'whether packages without a wheel, and those of R, may be built from source, which executes their code with the rights of the server',
  ),
};
