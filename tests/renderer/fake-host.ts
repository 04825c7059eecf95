import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { createRouterClient, implement, ORPCError } from '@orpc/server';
import type { Client } from '../../src/renderer/api/client.ts';
import type { z } from 'zod';
import type { DeleteConfig, Dependents } from '#shared/contract/artifact.ts';
import type { AuditReport } from '#shared/contract/project.ts';
import type { ModelInfo } from '#shared/contract/work.ts';
import { contract } from '#shared/contract/index.ts';
import { followUpPasses } from '#shared/domain/follow-up-passes.ts';
import { PlateConfig, Shortlist } from '#shared/domain/plate.ts';
import { resolveQcRules } from '#shared/domain/qc-profiles.ts';
import * as data from './fake-data.ts';
import { fakeGroupEffects } from './fake-group-effects.ts';
import { fakeClassical } from './fake-classical.ts';
import { consensusGenes, consensusInfo } from './fake-consensus.ts';
import { runEstimate } from './fake-estimate.ts';
import { followUpInfo, followUpManifest, followUpResult } from './fake-follow-up.ts';
import { fileProgress, forwardReport, perturbationReport } from './fake-file-work.ts';
import { fakeGenes } from './fake-genes.ts';
import { inspection } from './fake-inspection.ts';
import { fakeTokenFolder } from './fake-token-folder.ts';
import { fakeQuality } from './fake-quality.ts';
import { auditLog, fakeDependents } from './fake-record.ts';
import { FakeJobs } from './fake-jobs.ts';
import { calibrated } from './fake-calibration.ts';
import { fakeLibrary, pause } from './fake-library.ts';
import { machine, selftestReport } from './fake-machine.ts';

export interface FakeOptions {
  /** What the project holds when it is opened. */
  contents?: 'finished' | 'empty' | 'imported';
  /** A project is open from the start. */
  isOpen?: boolean;
  /** Milliseconds between two events of a running job. */
  tickMs?: number;
  nativeDialogs?: boolean;
  /** The model library holds nothing. */
  isLibraryEmpty?: boolean;
  /** The project uses the library's model, with or without cells prepared for it. */
  uses?: 'model' | 'model-and-cells';
  /** The self test fails. */
  computesWrong?: boolean;
  /** Told what a model is to compute of a file. */
  onFileWork?: (asked: object) => void;
  /** No ranking is found. */
  noRankings?: boolean;
  /** What hangs on every artifact. */
  dependents?: Dependents;
  onDelete?: (asked: DeleteConfig) => void;
  /** What the audit log says. */
  audit?: AuditReport;
  /** The devices of the machine were tried. */
  isChecked?: boolean;
}

const manifests = [...data.manifests, followUpManifest];
const PASSPHRASE = 'islets of langerhans';

/** A host in the same process that implements the whole contract with made-up contents. */
export function createFakeHost(options: FakeOptions = {}): { client: Client; jobs: FakeJobs } {
  const contents = options.contents ?? 'finished';
  const os = implement(contract);
  const jobs = new FakeJobs(options.tickMs ?? 200);
  const info = {
    path: '/data/lab/pancreas.gcwproj',
    name: 'Pancreas fate',
    createdAt: '2026-03-02T08:55:00.000Z',
    sizeBytes: 48_200_000,
    schemaVersion: 1,
    isDemo: contents === 'finished',
  };
  let open = options.isOpen ? info : null;
  const all = contents === 'finished';
  const some = all || contents === 'imported';
  const made = {
    datasets: some ? [data.dataset] : [],
    tokens: [...(all ? [data.tokens] : []), ...(options.uses === 'model-and-cells' ? [data.importedTokens] : [])],
    models: [...(all ? data.models : []), ...(options.uses ? [data.importedModel] : [])] as z.infer<typeof ModelInfo>[],
  };
  let kept = Shortlist.parse({ genes: [], plates: PlateConfig.parse({}) });
  let measured: ReturnType<typeof fakeQuality> | null = null;
  const quality = () => (measured ??= fakeQuality(data.cellMap.codes));
  let isChecked = options.isChecked ?? false;
  const found = <T extends { id: string }>(list: readonly T[], id: string): T => {
    const one = list.find((item) => item.id === id || item.id.startsWith(id));
    if (!one) throw new ORPCError('not-found', { message: `${id}: no such artifact in this project.` });
    return one;
  };

  const router = os.router({
    project: {
      create: os.project.create.handler(({ input }) => {
        open = { ...info, path: input.path, name: input.name ?? 'New project', isDemo: false };
        return { project: open, recoveryKey: 'K7QF-2M9D-XT4B-HJ6R-P3WN-8VCE-Z5LA-YG1S' };
      }),
      open: os.project.open.handler(({ input }) => {
        if (input.passphrase !== PASSPHRASE && !input.recoveryKey)
          throw new ORPCError('invalid-input', {
            message: `${input.path}: the passphrase does not open this project; check capitals and spaces.`,
          });
        open = info;
        return info;
      }),
      close: os.project.close.handler(() => {
        open = null;
        return {};
      }),
      info: os.project.info.handler(() => open),
      recent: os.project.recent.handler(() => [
        { path: info.path, name: info.name, openedAt: '2026-03-02T09:40:00.000Z', exists: true },
        { path: '/mnt/stick/thymus.gcwproj', name: 'Thymus', openedAt: '2026-02-11T15:05:00.000Z', exists: false },
      ]),
      audit: os.project.audit.handler(() => options.audit ?? auditLog),
      exportAudit: os.project.exportAudit.handler(() => ({
        fileName: 'audit-log.tsv',
        mediaType: 'text/tab-separated-values',
        content: 'entry\ttime (UTC)\n',
      })),
    },
    dataset: {
      inspect: os.dataset.inspect.handler(({ input }) => {
        const [path] = input.input;
        if (!/h5ad$/.test(path))
          throw new ORPCError('data-format', {
            message: `${path}: not an AnnData or 10x file; choose another.`,
          });
        return { ...inspection, path };
      }),
      import: os.dataset.import.handler(({ input }) => jobs.start('import', 'Import', input)),
      list: os.dataset.list.handler(() => made.datasets),
      ...fakeGenes(os),
      column: os.dataset.column.handler(({ input }) =>
        input.column === 'S_score'
          ? { kind: 'number', name: 'S_score', values: data.cellMap.codes.map((code, i) => code / 8 + (i % 17) / 40) }
          : {
              kind: 'categorical',
              name: input.column,
              categories: input.column === 'embryo' ? ['E1', 'E2', 'E3', 'E4'] : data.STATES.map(([label]) => label),
              codes: data.cellMap.codes.map((code, i) => (input.column === 'embryo' ? i % 4 : code)),
            },
      ),
      expression: os.dataset.expression.handler(({ input }) => ({
        gene: { id: 'ENSMUSG00000000001', symbol: input.gene },
        values: data.cellMap.codes.map((code, i) => Math.max(0, 2.4 - Math.abs(code - 4) + (i % 7) / 7 - 0.5)),
      })),
      ...fakeClassical(jobs, all),
      check: os.dataset.check.handler(({ input }) => jobs.start('quality', 'Check cells', input)),
      quality: os.dataset.quality.handler(() => (all ? quality().info : null)),
      qualityCounts: os.dataset.qualityCounts.handler(({ input }) =>
        quality().counter.count(resolveQcRules(input.profile, input.rules)),
      ),
      resolveGenes: os.dataset.resolveGenes.handler(({ input }) => {
        const known = new Map(data.rankedGenes.map((gene) => [gene.symbol.toLowerCase(), gene]));
        const matched = [];
        const ambiguous = [];
        const missing = [];
        for (const name of input.genes) {
          const gene = known.get(name.toLowerCase());
          if (gene)
            matched.push({ input: name, gene: { id: gene.geneId, symbol: gene.symbol }, nCells: gene.detections });
          else if (name.toLowerCase() === 'pax')
            ambiguous.push({
              input: name,
              candidates: ['Pax4', 'Pax6'].map((symbol, i) => ({ id: `ENSMUSG0000000000${i}`, symbol })),
            });
          else missing.push({ input: name, reason: 'not a gene of this dataset' });
        }
        return { matched, ambiguous, missing };
      }),
    },
    preprocess: {
      run: os.preprocess.run.handler(({ input }) => jobs.start('preprocess', 'Prepare cells', input)),
      list: os.preprocess.list.handler(() => made.tokens),
    },
    model: {
      ...fakeLibrary({
        tickMs: options.tickMs ?? 200,
        isEmpty: options.isLibraryEmpty,
        onUse: () => made.models.push(data.importedModel),
      }),
      pretrain: os.model.pretrain.handler(({ input }) => jobs.start('pretrain', 'Pretraining', input)),
      list: os.model.list.handler(() => made.models),
      history: os.model.history.handler(({ input }) => data.history(input.model)),
      embed: os.model.embed.handler(({ input }) => jobs.start('embed', 'Embed cells', input)),
      exportEmbeddings: os.model.exportEmbeddings.handler(({ input }) => ({
        out: input.out,
        rows: 3638,
        columns: 96,
        sizeBytes: 1_396_992,
      })),
      forward: os.model.forward.handler(async function* ({ input, signal }) {
        options.onFileWork?.(input);
        yield* fileProgress(options.tickMs ?? 200, signal);
        yield { type: 'done' as const, result: { ...forwardReport, out: input.out } };
      }),
      publishedPerturbation: os.model.publishedPerturbation.handler(async function* ({ input, signal }) {
        options.onFileWork?.(input);
        yield* fileProgress(options.tickMs ?? 200, signal);
        yield { type: 'done' as const, result: { ...perturbationReport, out: input.out } };
      }),
    },
    tokens: {
      inspect: os.tokens.inspect.handler(({ input }) => fakeTokenFolder(input.input)),
      import: os.tokens.import.handler(({ input }) => jobs.start('import-tokens', 'Import prepared cells', input)),
      export: os.tokens.export.handler(noFiles),
    },
    training: {
      finetune: os.training.finetune.handler(({ input }) => jobs.start('finetune', 'Fine-tuning', input)),
      report: os.training.report.handler(() => data.classifierReport),
    },
    screen: {
      run: os.screen.run.handler(({ input }) =>
        jobs.start('screen', `Screen ${input.start} → ${input.goals.join(', ')}`, input),
      ),
      estimate: os.screen.estimate.handler(() => runEstimate),
      list: os.screen.list.handler(() => (all ? [data.screen] : [])),
    },
    ranking: {
      run: os.ranking.run.handler(({ input }) => jobs.start('ranking', `Ranking towards ${input.goal}`, input)),
      list: os.ranking.list.handler(() => (all ? [data.ranking] : [])),
      groupEffects: os.ranking.groupEffects.handler(() => fakeGroupEffects),
      exportGroups: os.ranking.exportGroups.handler(({ input }) => ({
        fileName: `groups.${input.format}`,
        mediaType: 'text/csv',
        content: '',
      })),
      rows: os.ranking.rows.handler(({ input }) => {
        if (options.noRankings) throw new ORPCError('not-found', { message: `${input.ranking}: no such ranking.` });
        return { report: data.ranking.report, genes: data.rankedGenes };
      }),
      calibrate: os.ranking.calibrate.handler(() => calibrated),
      calibrations: os.ranking.calibrations.handler(() => [calibrated]),
      shortlist: os.ranking.shortlist.handler(() => kept),
      setShortlist: os.ranking.setShortlist.handler(({ input }) => {
        const genes = input.genes?.map((name) => data.rankedGenes.find(({ geneId }) => geneId === name)!);
        kept = { genes: genes ?? kept.genes, plates: { ...kept.plates, ...input.plates } };
        return kept;
      }),
      exportPlates: os.ranking.exportPlates.handler(() => ({
        fileName: 'plates.csv',
        encoding: 'utf8' as const,
        mediaType: 'text/csv',
        content: 'plate,well\n1,A01\n',
      })),
      export: os.ranking.export.handler(({ input }) => ({
        fileName: `ranking.${input.format}`,
        encoding: 'utf8' as const,
        mediaType: input.format === 'csv' ? 'text/csv' : 'text/html',
        content: input.format === 'csv' ? 'rank,gene\n1,Neurog3\n' : '<!doctype html><title>Ranking</title>',
      })),
    },
    consensus: {
      run: os.consensus.run.handler(({ input }) => jobs.start('consensus', 'Consensus', input)),
      list: os.consensus.list.handler(() => (all ? [consensusInfo] : [])),
      rows: os.consensus.rows.handler(() => ({ report: consensusInfo.report, genes: consensusGenes })),
      export: os.consensus.export.handler(() => ({
        fileName: 'consensus.csv',
        mediaType: 'text/csv',
        content: 'rank',
      })),
    },
    followUp: {
      run: os.followUp.run.handler(({ input }) =>
        jobs.start('follow-up', `Look closer at ${input.genes.join(', ')}`, input),
      ),
      estimate: os.followUp.estimate.handler(({ input }) => ({
        ...followUpPasses(input, { nGenes: input.genes.length, nCells: data.screen.nCells }),
        cost: runEstimate,
      })),
      list: os.followUp.list.handler(() => (all ? [followUpInfo] : [])),
      show: os.followUp.show.handler(() => followUpResult),
      export: os.followUp.export.handler(({ input }) => ({
        fileName: `follow-up-${input.table}.${input.format}`,
        mediaType: 'text/csv',
        content: 'goal,gene\n',
      })),
    },
    jobs: {
      list: os.jobs.list.handler(() => jobs.list()),
      get: os.jobs.get.handler(({ input }) => jobs.get(input.jobId)),
      watch: os.jobs.watch.handler(({ input, signal }) => jobs.watch(input.jobId, input.afterSeq, signal)),
      watchAll: os.jobs.watchAll.handler(({ signal }) => jobs.watchAll(signal)),
      cancel: os.jobs.cancel.handler(({ input }) => jobs.setState(input.jobId, 'cancelled')),
      pause: os.jobs.pause.handler(({ input }) => jobs.setState(input.jobId, 'paused')),
      resume: os.jobs.resume.handler(({ input }) => jobs.setState(input.jobId, 'queued')),
      reorder: os.jobs.reorder.handler(({ input }) => jobs.reorder(input.jobId, input.position)),
    },
    artifact: {
      list: os.artifact.list.handler(({ input }) => manifests.filter(({ kind }) => !input.kind || kind === input.kind)),
      get: os.artifact.get.handler(({ input }) => found(manifests, input.id)),
      provenance: os.artifact.provenance.handler(({ input }) => ({
        artifact: found(manifests, input.id),
        chain: manifests.slice(
          0,
          manifests.findIndex((one) => one.id === input.id),
        ),
        methods:
          'Counts of 3,696 mouse cells (16,791 genes) were rank-encoded after division by gene medians; a GeneCompass encoder (2 layers, width 96) was pretrained on masked genes and fine-tuned on 8 cell states with one embryo held out. Each of 742 transcription factors was raised in 24 ductal cells to the 90th percentile of expressing cells, and the shift of the cell embedding towards beta cells was measured against 200 expression-matched genes.',
        commands: [
          'gcw dataset import --input pancreas.h5ad --label-column clusters --donor-column embryo',
          'gcw preprocess run --dataset 1a1a1a1a1a1a --max-length 256',
          'gcw ranking run --screen 6f6f6f6f6f6f --goal Beta',
        ],
      })),
      dependents: os.artifact.dependents.handler(({ input }) => options.dependents ?? fakeDependents(input.id)),
      delete: os.artifact.delete.handler(({ input }) => {
        options.onDelete?.(input);
        return { deleted: [found(manifests, input.id).id] };
      }),
    },
    host: {
      capabilities: os.host.capabilities.handler(() => ({
        version: '0.1.0',
        nativeDialogs: options.nativeDialogs ?? false,
        browseFiles: true,
        defaultFolder: '/data/lab/GeneCompass',
        demoProject: { path: info.path, passphrase: PASSPHRASE },
      })),
      machine: os.host.machine.handler(async ({ input }) => {
        if (input.measure !== 'never') {
          await pause(options.tickMs ?? 200);
          isChecked = true;
        }
        return machine(isChecked);
      }),
      selftest: os.host.selftest.handler(() => selftestReport(!options.computesWrong)),
      browse: os.host.browse.handler(({ input }) => {
        const path = input.path ?? '/data/lab';
        return {
          path,
          parent: path === '/' ? null : path.replace(/\/[^/]+$/, '') || '/',
          entries: [
            { name: 'data', path: `${path}/data`, kind: 'folder', sizeBytes: null },
            { name: 'config.json', path: `${path}/config.json`, kind: 'file', sizeBytes: 812 },
            { name: 'pytorch_model.bin', path: `${path}/pytorch_model.bin`, kind: 'file', sizeBytes: 1_152_000_000 },
            { name: 'pancreas.h5ad', path: `${path}/pancreas.h5ad`, kind: 'file', sizeBytes: 51_400_000 },
            { name: 'pancreas.gcwproj', path: `${path}/pancreas.gcwproj`, kind: 'file', sizeBytes: 48_200_000 },
          ],
        };
      }),
      chooseData: os.host.chooseData.handler(() => ({ paths: ['/data/lab/pancreas.h5ad'] })),
      chooseFile: os.host.chooseFile.handler(() => ({ path: '/data/lab/pancreas.h5ad' })),
      saveFile: os.host.saveFile.handler(() => ({})),
    },
  });
  return { client: createRouterClient(router) as Client, jobs };
}

/** What needs files or the engine; no view asks for it. */
function noFiles(): never {
  throw new WorkbenchError('unsupported', 'Fake host: it has no files; ask a real one.');
}
