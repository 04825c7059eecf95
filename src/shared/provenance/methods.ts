import { z } from 'zod';
import type { ArtifactKind, ArtifactManifest } from '../domain/artifact.ts';
import { RankingMethod } from '../domain/ranking.ts';
import { STEPS } from '../domain/steps.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { type KeptTraining, trainingChoices } from './training-choices.ts';

type Sentence = (manifest: ArtifactManifest) => string;

const count = (value: unknown): string => Number(value ?? 0).toLocaleString('en-US');
const percent = (value: unknown): string => `${(100 * Number(value ?? 0)).toFixed(1)} %`;
const percentile = (share: unknown): string =>
  Number(share) === 1 ? 'the maximum' : `the ${Number((100 * Number(share)).toFixed(2))}th percentile`;
/** What the operators of a screen were set to. Screens of older versions have no levels but one. */
function doses({
  operators,
  dosePercentile,
  doseByDepth,
  knockDownLevel,
  rankPercentile,
}: ArtifactManifest['config']): string {
  const used = (operators as string[] | undefined) ?? [];
  return [
    `over-expression to ${percentile(dosePercentile)} of expressing cells${doseByDepth === true ? ', in proportion to the depth of each cell' : ''}`,
    used.includes('knock-down') ? `knock-down to ${percent(knockDownLevel)} of the value` : '',
    used.includes('published-over-express') ? 'values times 10,000 as in the published script' : '',
    used.includes('to-rank') ? `genes put at ${percent(rankPercentile)} of the ranks` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
const list = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));
const shortId = (manifest: ArtifactManifest): string => manifest.id.slice(0, 12);

/** Of mouse cells: which genes carry the token of a human gene. */
function orthologWords({ summary }: ArtifactManifest): string {
  const { orthologs, homologsMapped } = summary;
  if (orthologs === 'none') return ' Mouse genes kept tokens of their own.';
  if (orthologs === 'one-to-one')
    return ` ${count(homologsMapped)} mouse genes were written with the token of their one-to-one human ortholog (MGI).`;
  if (orthologs === 'one-to-many')
    return ` ${count(homologsMapped)} mouse genes were written with the token of a human homolog (MGI): of their one-to-one ortholog or, in families without one, one gene by symbol and by the number of cells that express it.`;
  return '';
}

/** The file's hash says which weights were used; the model has no version of its own. */
function importedModel({ title, summary }: ArtifactManifest): string {
  const { sha256 } = summary.imported as { sha256?: unknown };
  const source = summary.checkpointSha256 ? `; checkpoint file SHA-256 ${String(summary.checkpointSha256)}` : '';
  return (
    `The published GeneCompass model "${title}" (${count(summary.nLayers)} layers, width ${count(summary.width)}, ${count(summary.nParameters)} parameters` +
    `${summary.matchesBase ? ', tensors and elements as in the published Base' : ''}) was imported (converted file SHA-256 ${String(sha256)}${source}).`
  );
}

/** Rankings of this version and later are compared with every method there is. */
const ALL_METHODS_SINCE = 5;
/** Rankings of this version and later look up dosage sensitivity and druggable families. */
export const DOSAGE_SINCE = 6;

/** Which order the table has and which stand beside it. */
function rankingWords({ config, summary, stepVersion }: ArtifactManifest): string {
  const leader = RankingMethod.safeParse(summary.leader).data;
  const counted = z.array(z.object({ method: RankingMethod })).safeParse(summary.recall).data ?? [];
  const all = counted.length > 0 ? counted.map(({ method }) => method) : RankingMethod.options;
  const others = all.filter((method) => method !== leader).map((method) => METHOD_NAMES[method]);
  const beside =
    counted.length > 0 || stepVersion >= ALL_METHODS_SINCE
      ? `${others.slice(0, -1).join(', ')} and ${others.at(-1)}`
      : 'simple methods';
  return (
    `Genes were ranked for the goal "${String(config.goal)}"${leader ? `, in the order of ${METHOD_NAMES[leader]},` : ''} beside ${beside}. ` +
    `Beside each gene stand tables that have no part in the order: published targets (TRRUST v2), gene families (HGNC; factors by Lambert et al. 2018), ` +
    `${stepVersion >= DOSAGE_SINCE ? 'dosage sensitivity (ClinGen), druggable families (Finan et al. 2017), ' : ''}orthologs (MGI) and published cocktails.`
  );
}

/** One sentence or two per kind of artifact; numbers come from its summary, settings from its config. */
const SENTENCES: Record<ArtifactKind, Sentence> = {
  dataset: (m) =>
    m.step === STEPS['import-tokens'].command
      ? `${count(m.summary.nCells)} ${m.summary.species} cells that had been rank-value encoded elsewhere were imported as token lists (${count(m.summary.nGenes)} genes; artifact ${shortId(m)}).`
      : `Raw counts of ${count(m.summary.nCells)} ${m.summary.species} cells were imported; ${count(m.summary.genesMatched)} of ${count(m.summary.genesInFile)} genes ` +
        `were resolved to Ensembl identifiers (${percent(m.summary.countsKept)} of counts; artifact ${shortId(m)}).`,
  quality: (m) =>
    `The quality of ${count(m.summary.nCells)} cells was measured (counts, genes, mitochondrial and ribosomal share, complexity)` +
    (m.summary.doubletsScored
      ? `; doublets were scored by simulation as in Scrublet (Wolock et al. 2019; ${count(m.summary.nRuns)} ${m.summary.nRuns === 1 ? 'run' : 'runs'}, expected rate ${Number(m.config.doubletRate ?? 0.008)} per 1,000 cells, seed ${String(m.config.seed ?? 0)}).`
      : '.'),
  vocabulary: (m) =>
    `The vocabulary${m.summary.imported ? ` came with the imported model and` : ''} held ${count(m.summary.nGenes)} genes (hash ${String(m.summary.hash ?? '').slice(0, 12)}).`,
  prior: (m) =>
    `Co-expression vectors of ${count(m.summary.dimensions)} dimensions were computed for every gene from the project's own cells by truncated ` +
    `singular value decomposition of scaled log-normalised counts, and kept frozen.`,
  tokens: (m) =>
    m.step === STEPS['import-tokens'].command
      ? `Tokens${m.summary.hasValues ? ' and values' : ', without values,'} were taken as imported, at most ${count(m.config.maxLength)} genes per cell (${count(m.summary.nCellsKept)} cells).`
      : `Cells were filtered by the "${String(m.config.profile)}" quality rules (${count(m.summary.nCellsKept)} of ${count(m.summary.nCells)} kept) and rank-value ` +
        `encoded as in GeneCompass: value log2(1 + count / gene median), descending, at most ${count(m.config.maxLength)} genes per cell; gene medians were ` +
        `${m.summary.medians === 'own' ? "computed from the project's own cells" : 'imported'}.` +
        orthologWords(m),
  layout: (m) =>
    `Cells were laid out by ${m.config.method === 'tsne' ? 't-SNE' : 'UMAP'} on principal components of highly variable genes (scran.js)` +
    (m.summary.mixing ? ', corrected for batch by mutual nearest neighbours.' : '.'),
  markers: (m) =>
    `Marker genes of ${count(m.summary.nGroups)} groups (${count(m.summary.nCells)} cells) were ranked by ${String(m.config.order ?? 'auc')}, averaged over pairwise comparisons` +
    `${m.config.blockColumn ? ' within donors or batches' : ''} (scran.js); no p-values were computed.`,
  labels: (m) =>
    `${count(m.summary.nCells)} cells were labelled from "${String(m.summary.referenceTitle)}" with SingleR (scran.js, ${count(m.summary.nLabels)} labels, ` +
    `${count(m.summary.nGenesShared)} shared genes); ${count(m.summary.nUncertain)} labels are marked uncertain.`,
  model: (m) =>
    m.summary.imported
      ? importedModel(m)
      : (m.summary.stage === 'fine-tuned'
          ? `The model was fine-tuned to tell ${count((m.summary.labels as unknown[] | undefined)?.length)} cell states apart (${String(m.summary.split)} split, seed ${String(m.config.seed)}); ` +
            `test accuracy ${Number(m.summary.accuracy).toFixed(3)}, macro-F1 ${Number(m.summary.macroF1).toFixed(3)}; best baseline ${String(m.summary.bestBaseline)}, macro-F1 ${Number(m.summary.bestBaselineMacroF1).toFixed(3)}.`
          : `A GeneCompass encoder (${count(m.summary.nLayers)} layers, width ${count(m.summary.width)}, ${count(m.summary.nParameters)} parameters) ` +
            (m.summary.startedFrom
              ? `was trained further on these cells by masked gene and value prediction, from ${String((m.summary.startedFrom as { title?: unknown }).title)} (${count(m.summary.nSteps)} steps, seed ${String(m.config.seed)}).`
              : m.summary.nSteps === 0
                ? `was used with its initial weights (seed ${String(m.config.seed)}).`
                : `was pretrained on these cells by masked gene and value prediction (${count(m.summary.nSteps)} steps, seed ${String(m.config.seed)}).`)) +
        trainingChoices(m.config as KeptTraining, Number(m.summary.nSkipped ?? 0)),
  embeddings: (m) =>
    `Each of ${count(m.summary.nCells)} cells was embedded as ${m.config.pooling === 'cls' ? 'the CLS vector' : 'the mean of its gene vectors'} in the last layer` +
    (m.config.genes
      ? `; embeddings of ${count(m.summary.nGenes)} genes are means over the cells that express them (at least ${count(m.config.minCells)}).`
      : '.'),
  'lab-results': (m) =>
    `${count(m.summary.nTested)} genes of the ranking were tested at the bench, ${count(m.summary.nHits)} were hits${m.config.threshold === undefined ? '' : ` (from ${String(m.config.threshold)} on)`}.`,
  evaluation: (m) =>
    `The ranking was compared with bench results of ${count(m.summary.nTested)} genes (first ${count(m.summary.cut)} as predicted; Wilson and bootstrap intervals; weights by ridge logistic regression towards the old weights, nested cross-validation; ${shortId(m)}).`,
  screen: (m) =>
    `In ${count(m.summary.nCells)} cells of the start state "${String(m.config.start)}", ${count(m.summary.nGenes)} genes were perturbed in silico (${list(m.config.operators)}; ` +
    `${doses(m.config)}); the read-out was the ${String(m.config.readOut)} towards ${list(m.config.goals)}. ` +
    `Intervals are 95 % bootstrap intervals over ${m.config.donorColumn ? 'donors' : 'cells'}; p-values come from expression-matched null genes and were adjusted by Benjamini-Hochberg.`,
  consensus: (m) =>
    `${count(m.summary.nRankings)} rankings (order by ${String(m.summary.method)}) were joined by robust rank aggregation (Kolde et al. 2012; exact p-values, Benjamini-Hochberg)` +
    `${(m.summary.species as unknown[] | undefined)?.length === 2 ? ', genes of human and mouse matched by one-to-one orthologs (MGI)' : ''}; ` +
    `Kendall's W was ${m.summary.kendallW === null ? 'not computed' : Number(m.summary.kendallW).toFixed(2)}.`,
  ranking: rankingWords,
  'follow-up': (m) =>
    `${list(m.config.genes)} were looked at again on the same start cells by exact passes: dose responses (isotonic regression; permutations of doses within replicates), ` +
    `combinations beside the sum of their single effects (t test over replicates, Benjamini-Hochberg) and the genes that respond beyond ${count(m.config.nNullPerturbations ?? 20)} expression-matched null perturbations (${count(m.summary.nPasses)} passes).`,
};

/** A paragraph for a methods section, from the oldest artifact of a chain to the newest. */
export function methodsParagraph(chain: readonly ArtifactManifest[], version: string): string {
  return [
    `Analyses used GeneCompass Workbench ${version}, an independent implementation of GeneCompass (Yang et al., Cell Research 2024).`,
    ...chain.map((manifest) => SENTENCES[manifest.kind](manifest)),
  ].join(' ');
}
