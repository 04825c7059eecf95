import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { importPublished } from '#genecompass/checkpoint/import-published.ts';
import { readModelFile } from '#genecompass/model-io.ts';
import { PYTHON, torchVersion } from '#tests/support/python.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/small-encoder', import.meta.url));
/** Everything legal that is unusual: another protocol, a prefix, attributes, an expanded view, column order, doubles. */
const SAVE = `
import collections, sys, torch
source, target, protocol = sys.argv[1:]
state = collections.OrderedDict()
for name, tensor in torch.load(source).items():
    if name.endswith("position_ids"): tensor = torch.arange(tensor.shape[-1]).expand((1, -1))
    elif "query.weight" in name: tensor = tensor.t().contiguous().t()
    elif "promoter_knowledge" in name: tensor = tensor.double()
    elif name == "cls.predictions.bias": tensor = torch.cat([torch.zeros(7), tensor])[7:]
    state["module." + name] = tensor
state["module.cls.predictions.decoder.weight"] = state["module.bert.embeddings.word_embeddings.weight"]
state._metadata = collections.OrderedDict([("", {"version": 1})])
torch.save(state, target, pickle_protocol=int(protocol))
`;

const version = torchVersion();
describe.skipIf(version === null)(
  `a file of torch.save${version === null ? ' (skipped: PyTorch is absent)' : ''}`,
  () => {
    it.each(['2', '4', '5'])(
      'with every liberty it allows is read to the same numbers, pickle protocol %s',
      async (protocol) => {
        const folder = mkdtempSync(join(tmpdir(), 'gcw-torch-'));
        try {
          copyFileSync(join(FIXTURE, 'config.json'), join(folder, 'config.json'));
          const target = join(folder, 'pytorch_model.bin');
          const saved = spawnSync(PYTHON, ['-c', SAVE, join(FIXTURE, 'pytorch_model.bin'), target, protocol], {
            encoding: 'utf8',
          });
          expect(saved.stderr.includes('Error'), saved.stderr).toBe(false);
          const { summary } = await importPublished({ folder, outFile: join(folder, 'out.safetensors') });
          expect(summary.ties.map(({ how }) => how)).toEqual(['same storage', 'equal bytes', 'same storage']);
          const { model } = readModelFile(join(folder, 'out.safetensors'));
          const expected = importCheckpoint(FIXTURE, model.config.vocabularyHash).model;
          expect(model).toEqual(expected);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );
  },
);
