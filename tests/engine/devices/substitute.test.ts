import { describe, expect, it } from 'vitest';
import { type DeviceFailure, runtimeWithSubstitute } from '#engine/devices/substitute.ts';
import { Graph } from '#engine/ir/graph.ts';
import { add } from '#engine/ops/index.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const feeds = { x: tensor('float32', [2], [1, 2]) };

function doubling(): Graph {
  const graph = new Graph('doubling');
  const x = graph.input('x', 'float32', [2]);
  graph.output('y', add(x, x));
  return graph;
}

/** Computes as the reference does until `runs` runs are over. */
function dying(runs: number, code: 'internal' | 'numeric' = 'internal'): Runtime {
  let left = runs;
  return {
    name: 'dying',
    async compile(graph, options) {
      if (left < 0) throw new WorkbenchError(code, 'the device was lost');
      const executable = await referenceRuntime.compile(graph, options);
      return {
        inputs: executable.inputs,
        outputNames: executable.outputNames,
        dispose: () => executable.dispose(),
        run: (fed, runOptions) =>
          left-- > 0
            ? executable.run(fed, runOptions)
            : Promise.reject(new WorkbenchError(code, 'the device was lost')),
      };
    },
  };
}

describe('runtimeWithSubstitute', () => {
  it.each([-1, 0, 1, 3])('goes on with the second runtime when the first fails after %i runs', async (runs) => {
    const failures: DeviceFailure[] = [];
    const runtime = runtimeWithSubstitute(dying(runs), referenceRuntime, (failure) => failures.push(failure));
    const executable = await runtime.compile(doubling());
    for (let i = 0; i < 5; i++) expect([...(await executable.run(feeds)).y.data]).toEqual([2, 4]);
    const later = await runtime.compile(doubling());
    expect([...(await later.run(feeds)).y.data]).toEqual([2, 4]);
    expect(failures).toEqual([{ reason: 'the device was lost', nothingComputed: runs <= 0 }]);
    expect(runtime.name).toBe('reference');
    await executable.dispose();
    await later.dispose();
  });

  it('lets a graph compiled before the failure go on with the second runtime too', async () => {
    const runtime = runtimeWithSubstitute(dying(1), referenceRuntime, () => undefined);
    const [a, b] = [await runtime.compile(doubling()), await runtime.compile(doubling())];
    await a.run(feeds);
    await a.run(feeds);
    expect([...(await b.run(feeds)).y.data]).toEqual([2, 4]);
  });

  it('ends with the error of whoever must not go on', async () => {
    const runtime = runtimeWithSubstitute(dying(1), referenceRuntime, ({ nothingComputed }) => {
      if (!nothingComputed) throw new WorkbenchError('resource', 'half and half');
    });
    const executable = await runtime.compile(doubling());
    await executable.run(feeds);
    await expect(executable.run(feeds)).rejects.toThrow('half and half');
  });

  it('does not take a fault of the request for one of the device', async () => {
    const runtime = runtimeWithSubstitute(dying(0, 'numeric'), referenceRuntime, () => undefined);
    const executable = await runtime.compile(doubling());
    await expect(executable.run(feeds)).rejects.toMatchObject({ code: 'numeric' });
    await expect(executable.run({})).rejects.toMatchObject({ code: 'numeric' });
  });
});
