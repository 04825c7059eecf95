import type { Runtime } from '#engine/runtime/runtime.ts';
import { GRADIENT_INPUTS } from '#genecompass/gene-gradient-graph.ts';

/** A runtime that counts the runs of each shape of graph: `name batch × length`, and `+ n` where genes join the cells. */
export function countingRuntime(runtime: Runtime): { runtime: Runtime; runs: Map<string, number> } {
  const runs = new Map<string, number>();
  const compile: Runtime['compile'] = async (graph, options) => {
    const executable = await runtime.compile(graph, options);
    const [batch, length] = graph.inputs.get('token_ids')?.shape ?? [0, 0];
    const joining = graph.inputs.get(GRADIENT_INPUTS.joining.tokenIds)?.shape[1];
    const key = `${graph.name} ${batch} × ${length}${joining ? ` + ${joining}` : ''}`;
    return {
      inputs: executable.inputs,
      outputNames: executable.outputNames,
      dispose: () => executable.dispose(),
      run: (feeds, runOptions) => {
        runs.set(key, (runs.get(key) ?? 0) + 1);
        return executable.run(feeds, runOptions);
      },
    };
  };
  return { runtime: { name: runtime.name, compile }, runs };
}
