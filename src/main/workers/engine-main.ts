import { checkedHandlers } from '#jobs/engine-calls.ts';
import { runEngineChild } from '#jobs/child.ts';
import { engineParent } from '#jobs/engine-parent.ts';
import { CALLS } from './calls.ts';
import { WORKERS } from './index.ts';

/** The engine child: everything that computes runs here, so that a crash or a hard cancel costs a job step, never the window. */
runEngineChild({ parent: engineParent(), workers: WORKERS, calls: checkedHandlers(CALLS) });
