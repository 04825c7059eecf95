/**
 * The main job on real cells, headless: CD34+ progenitors to four blood fates. Every step goes through the services that
 * the wizards and the command line use. Prints what it found and leaves a project that `npm start` opens.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { assemble } from '#hosts/assemble.ts';
import { type Client, followJob, jobResult } from '#hosts/cli/follow-job.ts';
import { ProgressPrinter } from '#hosts/cli/progress-printer.ts';
import { DEMO_PASSPHRASE, demoProjectPath } from '#hosts/demo-project.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { RankingReport } from '#shared/domain/ranking.ts';
import type { ClassifierReport } from '#shared/domain/training.ts';
import { toWorkbenchError } from '#shared/errors/workbench-error.ts';

const START = 'CD34+';
const LABEL_COLUMN = 'cell_type';
/** A third of an epoch: the co-expression prior knows the genes already, and a whole one changes the result little. */
const PRETRAINING_STEPS = 80;
const root = path.join(import.meta.dirname, '..');
const demoData = path.join(root, 'resources', 'demo');

/** Goal state → genes known to drive it from the start state, from the shipped list. */
function knownRegulators(): Map<string, string[]> {
  const [, ...lines] = readFileSync(path.join(demoData, 'human_blood_lineage_regulators.tsv'), 'utf8').split('\n');
  return new Map(
    lines
      .map((line) => line.split('\t'))
      .filter(([start, , direction]) => start === START && direction === 'promotes')
      .map(([, goal, , genes]) => [goal, genes.split(',')]),
  );
}

class Demo {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async run(): Promise<void> {
    const client = this.#client;
    const file = demoProjectPath(root);
    mkdirSync(path.dirname(file), { recursive: true });
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    await client.project.create({ path: file, passphrase: DEMO_PASSPHRASE, name: 'Blood, demo' });

    const imported = await this.#job(
      'Import',
      client.dataset.import({
        input: [path.join(demoData, 'zheng_pbmc_facs_human.h5ad')],
        name: 'Blood cells, sorted',
        labelColumn: LABEL_COLUMN,
      }),
    );
    say(
      `${number(imported.nCells)} cells, ${number(imported.nGenes)} genes (${number(imported.genesMatched)} of ${number(imported.genesInFile)} resolved), ${imported.species}`,
    );
    await this.#job('Cell map', client.dataset.map({ dataset: 'latest' }));

    const tokens = await this.#job('Prepare cells', client.preprocess.run({ dataset: 'latest' }));
    say(
      `${number(tokens.nCellsKept)} of ${number(tokens.nCells)} cells kept, ${number(tokens.genesInVocabulary)} genes in the vocabulary, ${percent(tokens.countsCovered)} of counts covered`,
    );

    await this.#job(
      'Pretrain',
      client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 1, maxSteps: PRETRAINING_STEPS }),
    );
    await this.#job(
      'Fine-tune',
      client.training.finetune({ model: 'latest', tokens: 'latest', labelColumn: LABEL_COLUMN }),
    );
    printClassifier(await client.training.report({ model: 'latest' }));

    const known = knownRegulators();
    const goals = [...known.keys()];
    const screen = await this.#job(
      'Screen',
      client.screen.run({
        model: 'latest',
        tokens: 'latest',
        labelColumn: LABEL_COLUMN,
        start: START,
        goals,
        operators: ['over-express', 'mask'],
      }),
    );
    say(
      `${number(screen.nGenes)} transcription factors × ${number(screen.nCells)} cells, ${number(screen.nPasses)} perturbed cells; ${number(screen.notRanked)} genes below the detection gate are not ranked`,
    );

    const reports: RankingReport[] = [];
    for (const goal of goals) {
      const ranked = await this.#job(
        `Rank ${goal}`,
        client.ranking.run({ screen: 'latest', goal, knownRegulators: known.get(goal) }),
      );
      const { report, genes } = await client.ranking.rows({ ranking: String(ranked.rankingId) });
      reports.push(report);
      say(`${report.leaderReason}`);
      say(
        `first ten: ${genes
          .slice(0, 10)
          .map(({ symbol, isKnown }) => (isKnown ? `${symbol}*` : symbol))
          .join(' ')}   (* known)`,
      );
    }
    printRecall(reports);
    const info = await client.project.info();
    console.log(
      `\nProject: ${info!.path}\nPassphrase: ${DEMO_PASSPHRASE} (printed, so keep nothing private in it)\nLook at it: npm start`,
    );
  }

  async #job(title: string, started: Promise<{ jobId: JobId }>): Promise<Record<string, unknown>> {
    const startMs = performance.now();
    const { jobId } = await started;
    const printer = new ProgressPrinter(process.stderr);
    const finished = await followJob(this.#client, jobId, (event) => printer.event(event));
    printer.end();
    console.log(`${title.padEnd(28)} ${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s`);
    return jobResult(finished);
  }
}

function printClassifier(report: ClassifierReport): void {
  say(`telling ${report.labels.length} states apart, ${report.nTest} test cells (${report.split} split):`);
  for (const { method, accuracy, macroF1 } of [report.model, ...report.baselines]) {
    say(`  ${method.padEnd(52)} accuracy ${accuracy.toFixed(3)}   macro-F1 ${macroF1.toFixed(3)}`);
  }
}

/** Known regulators found, summed over goals: the model beside every baseline. */
function printRecall(reports: readonly RankingReport[]): void {
  const methods = reports[0].recall.map(({ method }) => method);
  const sums = methods.map((method) => {
    const rows = reports.map((report) => report.recall.find((row) => row.method === method)!);
    const sum = (pick: (row: RankingReport['recall'][number]) => number) =>
      rows.reduce((total, row) => total + pick(row), 0);
    return { method, known: sum((row) => row.known), at10: sum((row) => row.at10), at50: sum((row) => row.at50) };
  });
  sums.sort((a, b) => b.at50 - a.at50 || b.at10 - a.at10);
  console.log(`\nKnown regulators found in the first 10 and 50 of each ranking, ${reports.length} goals together:`);
  for (const { method, known, at10, at50 } of sums) {
    console.log(`  ${method.padEnd(28)} ${`${at10}/${known}`.padStart(6)} ${`${at50}/${known}`.padStart(6)}`);
  }
}

function say(text: string): void {
  console.log(`    ${text}`);
}

function number(value: unknown): string {
  return Number(value).toLocaleString('en-US');
}

function percent(value: unknown): string {
  return `${(100 * Number(value)).toFixed(1)} %`;
}

const workbench = assemble(nodeAdapter('cli'));
try {
  await new Demo(workbench.client).run();
} catch (thrown) {
  const error = toWorkbenchError(thrown, 'Demo');
  console.error(`demo: ${error.message}`);
  process.exitCode = error.exitStatus;
} finally {
  await workbench.close();
}
