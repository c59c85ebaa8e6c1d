import { type Ground, groundOf } from '../../lib/authoring/ground.ts';
import { CHECKS } from '../../lib/checks/index.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import { type Clock, systemClock } from '../../lib/model/clock.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Pins } from '../../lib/model/pins.ts';
import { explainingState, momentlessState } from '../../lib/policy/explaining-state.ts';
import type { PolicyState } from '../../lib/policy/state.ts';
import { osUser } from '../identity/os-user.ts';
import { policyState } from './state.ts';
import { stopsDir } from './stops-dir.ts';

/** The policy as it stands this moment: what is stopped, used up and read before counts, and nothing is consumed. */
export function groundNow(config: Config, at?: number): Promise<Ground> {
  return groundOf(config, CHECKS, explainingState(machineState(at)), osUser());
}

/** The policy by itself, whatever has happened until now; `pins` are what is compared [nothing]. */
export function groundAlone(config: Config, at?: number, pins?: Pins): Promise<Ground> {
  const state = momentlessState(machineState(at));
  return groundOf(config, CHECKS, pins === undefined ? state : { ...state, pins }, osUser());
}

/** For compiling a policy without asking it anything. */
export function idleState(): PolicyState {
  return momentlessState(machineState(undefined));
}

/** Nothing of it is changed here. */
function machineState(at: number | undefined) {
  return policyState(clockAt(at), {
    stateDir: usableStateDir(folders()),
    stopsDir: stopsDir(),
    wrapped: false,
  });
}

function clockAt(at: number | undefined): Clock {
  return at === undefined ? systemClock : { ...systemClock, now: () => at };
}
