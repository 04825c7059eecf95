import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { JobState } from '#shared/domain/job.ts';
import { hasEnded, JOB_ACTIONS, nextState, requireNext, TRANSITIONS } from '#jobs/state.ts';

const states = fc.constantFrom(...JobState.options);
const actions = fc.constantFrom(...JOB_ACTIONS);

describe('the states of a job', () => {
  it('has an answer for every state and action', () => {
    for (const state of JobState.options)
      expect(Object.keys(TRANSITIONS[state]).sort()).toEqual([...JOB_ACTIONS].sort());
  });

  it('reaches every state from the queue', () => {
    const reached = new Set<JobState>(['queued']);
    for (const state of reached) {
      for (const action of JOB_ACTIONS) {
        const next = nextState(state, action);
        if (next) reached.add(next);
      }
    }
    expect([...reached].sort()).toEqual([...JobState.options].sort());
  });

  it('never leaves success, and leaves every other end only when a person resumes it', () => {
    fc.assert(
      fc.property(states, fc.array(actions, { maxLength: 30 }), (first, steps) => {
        let state: JobState = first;
        for (const action of steps) {
          const next = nextState(state, action);
          if (!next) continue;
          expect(state).not.toBe('succeeded');
          if (hasEnded(state)) expect(['resume', 'cancel']).toContain(action);
          // Work is done in one state only: whatever a worker or its process can cause starts there.
          if (['succeed', 'fail', 'crash', 'park', 'release'].includes(action)) expect(state).toBe('running');
          if (next === 'running') expect([state, action]).toEqual(['queued', 'start']);
          state = next;
        }
      }),
    );
  });

  it('can be cancelled and paused while it waits or runs', () => {
    for (const state of ['queued', 'running'] as const) {
      expect([nextState(state, 'cancel'), nextState(state, 'pause')]).toEqual(['cancelled', 'paused']);
    }
  });

  it('says what can be done instead', () => {
    expect(() => requireNext('succeeded', 'cancel', 'Screen')).toThrow(
      'Screen: the job is succeeded, so it cannot cancel; start a new one.',
    );
    expect(() => requireNext('parked', 'pause', 'Screen')).toThrow('you can cancel or resume it');
  });
});
