import { MODALITY_NAMES } from '#shared/domain/plate.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import type { Sheet } from '#shared/domain/sheet.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { gridSheets, orderSheet, type OrderedGene, wellSheet } from '#shared/plate/order-sheet.ts';
import { planPlates } from '#shared/plate/plan-plates.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput, EngineCallOutput } from '#jobs/engine-calls.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { readShortlist } from '#project/stored/shortlist.ts';
import { tableCsv } from '#ranking/csv.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';
import { speciesOf } from './calibrate.ts';
import { geneResolver } from './resources.ts';
import { programVersion } from './version.ts';

/** Plate map and order sheet of the genes chosen from a ranking. */
export async function exportPlates(
  { ranking, format }: EngineCallInput<'exportPlates'>,
  { project }: CallContext,
): Promise<EngineCallOutput<'exportPlates'>> {
  if (!project) throw new WorkbenchError('internal', 'Plates: their project is not open in the engine.');
  const { artifacts } = project;
  const { genes, plates: config } = readShortlist(project, ranking);
  const plan = planPlates(genes, config);
  if (format === 'csv') return { content: tableCsv(wellSheet(plan)) };
  const order = orderSheet(await orderedGenes(artifacts, ranking, genes, config.positiveControls), plan, config);
  if (format === 'order') return { content: tableCsv(order) };
  const about: Sheet = {
    name: 'About',
    columns: [
      { title: 'What', kind: 'text', width: 24 },
      { title: 'Words', kind: 'text', width: 100 },
    ],
    rows: [
      ['ranking', `${artifacts.get(ranking).title}: ${ranking}`],
      ['plates', `${plan.plates.length} of ${config.wells} wells, ${config.layout}, seed ${config.seed}`],
      ['how', MODALITY_NAMES[config.modality]],
      ['replicates', String(config.replicates)],
      ['signs', '#1: replicate; (+): positive control; (−): negative control'],
      [
        'not in here',
        'Catalogue numbers and guide sequences: take them from your supplier or library and enter them on the sheet Order.',
      ],
      ['program', `GeneCompass Workbench ${programVersion()}`],
    ],
  };
  const workbook = await writeWorkbook([...gridSheets(plan), wellSheet(plan), order, about]);
  return { content: workbook.toString('base64') };
}

async function orderedGenes(
  artifacts: ArtifactStore,
  ranking: string,
  genes: readonly { geneId: string; symbol: string }[],
  positives: readonly string[],
): Promise<OrderedGene[]> {
  const species = speciesOf(artifacts, ranking);
  const resolver = await geneResolver();
  const ranked = new Map(
    artifacts.readJson<RankedGene[]>(ranking, RANKING_BLOBS.genes).map((gene) => [gene.geneId, gene.rank]),
  );
  const entrez = (id: string) => resolver.entrezOf(id, species);
  const candidates = genes.map(({ geneId, symbol }): OrderedGene => ({
    symbol,
    geneId,
    entrez: entrez(geneId),
    species,
    rank: ranked.get(geneId) ?? null,
    role: 'candidate',
  }));
  const controls = [...new Set(positives)].map((name): OrderedGene => {
    const found = resolver.resolve(name, species);
    const geneId = found.status === 'matched' ? found.gene.id : '';
    return {
      symbol: name,
      geneId,
      entrez: geneId === '' ? null : entrez(geneId),
      species,
      rank: ranked.get(geneId) ?? null,
      role: 'positive control',
    };
  });
  return [...candidates, ...controls];
}
