/** How urgent a run is: from who asked for it; its submission may say less, never more. */
import { AppError } from '../error.ts';
import { PRIORITIES, type Priority, type Trigger } from './run.ts';

const OWN: Readonly<Record<Trigger, Priority>> = { form: 'interactive', again: 'interactive', api: 'api', cli: 'api' };

/** The priority of a run that was submitted in this way. Throws `invalid` if more than its own is wanted. */
export function priorityOf(trigger: Trigger, wanted?: Priority): Priority {
  const own = OWN[trigger];
  if (wanted === undefined) return own;
  const allowed = PRIORITIES.slice(PRIORITIES.indexOf(own));
  if (allowed.includes(wanted)) return wanted;
  const message = `Use one of ${allowed.join(', ')}: a run of this origin cannot be more urgent than ${own}.`;
  throw new AppError('invalid', `The priority “${wanted}” is not allowed.`, {
    fields: [{ field: 'priority', message }],
  });
}
