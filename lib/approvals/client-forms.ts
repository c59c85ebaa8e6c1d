import type { Payload } from '../wire/payload.ts';
import { formFor } from './form.ts';
import type { OpenRequest } from './open-request.ts';
import type { Waiter } from './waiter.ts';

/** Puts the one form of a request to the client of the call that has waited longest, and takes it back. */
export const clientForms = {
  /** `answered` hears what the client said, and of how many calls it was told; undefined is said by one that took no form. */
  ask(request: OpenRequest, answered: (said: Payload | undefined, waiter: Waiter, calls: number) => void): void {
    const { waiters } = request;
    if (request.form !== undefined) return;
    const waiter = waiters.find(({ seeker, takesForm }) => takesForm && seeker.way.kind === 'question');
    if (waiter?.seeker.way.kind !== 'question') return;
    const { way } = waiter.seeker;
    const calls = waiters.length;
    let open = true;
    let takeBack = () => {};
    const form = {
      waiter,
      withdraw: () => {
        if (!open) return;
        open = false;
        takeBack();
      },
    };
    request.form = form;
    takeBack = way.put(formFor(request.pending, way.words), (said) => {
      if (!open) return;
      open = false;
      if (request.form === form) request.form = undefined;
      answered(said, waiter, calls);
    });
  },

  /** Takes the form back, or only the one put to the client of `of`. */
  withdraw(request: OpenRequest, of?: Waiter): void {
    const { form } = request;
    if (form === undefined || (of !== undefined && form.waiter !== of)) return;
    request.form = undefined;
    form.withdraw();
  },
} as const;
