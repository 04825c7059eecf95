import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PublishedPerturbationReport } from '#shared/domain/published-perturbation.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ForwardInputs } from '#genecompass/forward/inputs.ts';
import { type PublishedEffect, PublishedPerturbation } from '#genecompass/published-deletion.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput } from '#jobs/engine-calls.ts';
import { checkFiles, readAnyModel } from './any-model.ts';
import { runtimeFor } from './runtime-for.ts';

/** What the published script calls the value of a whole cell. */
const WHOLE_CELL = 'cell_emb';

/** Perturbs genes in every cell of a file that has them and writes how similar cells and genes stay. */
export async function publishedPerturbation(
  request: EngineCallInput<'publishedPerturbation'>,
  context: CallContext,
): Promise<PublishedPerturbationReport> {
  const started = performance.now();
  checkFiles(request);
  context.progress('Loading the model', 0, null, '');
  const { model } = await readAnyModel(request, context);
  const targets = request.targets.map(Number);
  const stray = targets.find((token) => token >= model.config.vocabularySize);
  if (stray !== undefined) {
    throw new WorkbenchError(
      'invalid-input',
      `targets: the model has no token ${stray}, it knows ${model.config.vocabularySize}; give tokens of input_ids.`,
    );
  }
  const inputs = new ForwardInputs(request.inputs, path.basename(request.inputs), model.config);
  const table = new Table(request.out);
  try {
    const chosen = await runtimeFor(request.device, { mode: 'inference' });
    const { runtime } = chosen;
    const { operator, compat } = request;
    const perturbation = new PublishedPerturbation({ model, runtime, targets, operator, compat });
    let [nCells, sum] = [0, 0];
    const genes = new Set<number>();
    try {
      for (let cell = 0; cell < inputs.nCells; cell++) {
        context.signal.throwIfAborted();
        const effect = await perturbation.of(cellOf(inputs, cell));
        if (effect) {
          table.add(cell, effect);
          nCells++;
          sum += effect.cellSimilarity;
          for (const { token } of effect.genes) genes.add(token);
        }
        context.progress('Perturbing cells', cell + 1, inputs.nCells, 'cells');
        await setImmediate();
      }
    } finally {
      await perturbation.dispose();
    }
    table.finish();
    return {
      out: request.out,
      nCells,
      nSkipped: inputs.nCells - nCells,
      cellSimilarity: nCells > 0 ? sum / nCells : null,
      nGenes: genes.size,
      device: chosen.device,
      engine: runtime.name,
      seconds: Math.round(performance.now() - started) / 1000,
      warnings: inputs.hasSpecies ? [] : ['The inputs have no species: every cell is taken for human.'],
    };
  } finally {
    table.discard();
    inputs.close();
  }
}

/** The attended genes of one cell. */
function cellOf(inputs: ForwardInputs, cell: number): EncoderInput {
  const { tokenIds, values, species, attended } = inputs.rows(cell, cell + 1);
  const kept = Array.from(attended.keys()).filter((position) => attended[position] === 1);
  return {
    tokenIds: Int32Array.from(kept, (position) => tokenIds[position]),
    values: Float32Array.from(kept, (position) => values[position]),
    species: species[0] === 1 ? 1 : 0,
  };
}

/** A CSV table that appears under its name when it is whole. */
class Table {
  readonly #out: string;
  readonly #part: string;
  readonly #handle: number;
  #isOpen = true;

  constructor(out: string) {
    this.#out = out;
    this.#part = `${out}.${process.pid}.part`;
    this.#handle = openSync(this.#part, 'w', 0o600);
    writeSync(this.#handle, 'cell,affected,similarity\n');
  }

  add(cell: number, { cellSimilarity, genes }: PublishedEffect): void {
    const lines = [`${cell},${WHOLE_CELL},${cellSimilarity}`];
    for (const { token, similarity } of genes) lines.push(`${cell},${token},${similarity}`);
    writeSync(this.#handle, `${lines.join('\n')}\n`);
  }

  finish(): void {
    this.#close();
    renameSync(this.#part, this.#out);
  }

  discard(): void {
    this.#close();
    rmSync(this.#part, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#handle);
    this.#isOpen = false;
  }
}
