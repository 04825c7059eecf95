/** What each column of a ranking is called and means, for the window, for workbooks and for files alike. */
export const COLUMN_TEXTS = {
  rank: {
    title: 'Rank',
    tip: 'Place by the method that orders this table. Neighbouring ranks are alike: read it as dozens, not as single places.',
  },
  geneId: { title: 'Ensembl id', tip: 'Identifier of the gene in Ensembl.' },
  symbol: { title: 'Gene', tip: 'Current symbol of the gene. A star marks a regulator you named.' },
  isKnown: { title: 'Named by you', tip: 'Whether you gave the gene as a known regulator of the goal.' },
  classes: {
    title: 'Kind',
    tip: 'What the product of the gene is: transcription factor, surface protein, kinase and so on. Source: HGNC; factors by Lambert 2018.',
  },
  effect: {
    title: 'Shift to goal',
    tip: 'How far perturbing the gene moves the start cells towards the goal, as a mean over replicates. Positive is towards it.',
  },
  interval: {
    title: '95 % interval',
    tip: 'Where the shift would lie with other cells or donors of the same kind, in the same model. It says nothing of where a bench experiment would land.',
  },
  specificEffect: {
    title: 'Specific shift',
    tip: 'Shift to the goal minus the mean shift to all other states. A gene that moves cells anywhere, whatever the goal, has about 0.',
  },
  awayFromStart: {
    title: 'Away from start',
    tip: 'How far the cells move away from the state they started in.',
  },
  competing: {
    title: 'Leads also to',
    tip: 'The state other than start and goal that the gene moves the cells towards most, and how far.',
  },
  cells: {
    title: 'Cells moved to goal',
    tip: 'Start cells that move towards the goal, of those in which the perturbation has a meaning.',
  },
  cellsMoved: {
    title: 'Cells changed',
    tip: 'Start cells in which the perturbation changes anything at all. In the others the gene stays below those the model reads.',
  },
  isRead: {
    title: 'Read by the model',
    tip: 'Whether the model reads the gene in any start cell once it is perturbed. If not, its shift of 0 is no finding and it has no rank by the screen.',
  },
  nCells: { title: 'Cells perturbed', tip: 'Start cells in which the perturbation has a meaning.' },
  nReplicates: {
    title: 'Donors or cells',
    tip: 'Replicates behind the shift and its interval: donors where at least three are known, else start cells.',
  },
  exactCells: {
    title: 'Cells computed',
    tip: 'Start cells in which the shift was computed and not foretold by a backward pass. Only for screens in stages.',
  },
  isTested: {
    title: 'Tested',
    tip: 'Whether the gene was compared with null genes. One that changes fewer than three cells is not.',
  },
  nullPercentile: {
    title: 'Null percentile',
    tip: 'Of 100 random genes expressed alike, how many move the cells less far towards the goal. 50 is what chance does.',
  },
  pValue: {
    title: 'p value',
    tip: 'Chance that a random gene expressed alike moves the cells at least as far, either way. Before correction for the number of genes.',
  },
  fdr: {
    title: 'FDR',
    tip: 'False discovery rate (Benjamini and Hochberg): of the genes down to this value, the share expected to be chance.',
  },
  countedPValue: {
    title: 'p, counted',
    tip: 'Share of random genes that move the cells at least as far, simply counted. Assumes nothing and cannot fall below 1 in the number of random genes.',
  },
  chosenFdr: {
    title: 'FDR, own list',
    tip: 'False discovery rate among the genes you chose in advance alone. Honest only for a list made before the result was seen.',
  },
  donorPValue: {
    title: 'p over donors',
    tip: 'Whether the shift differs from 0 over donors (t test of their means). Nearly every gene moves cells by something, so this alone does not make a gene special.',
  },
  mixedEffect: {
    title: 'Shift, mixed model',
    tip: 'The shift by a mixed model over all cells with donors as random effect. It stands beside the mean over donors as a check.',
  },
  mixedPValue: {
    title: 'p, mixed model',
    tip: 'Whether the shift of the mixed model differs from 0. Cautious with few donors.',
  },
  donorShare: {
    title: 'Share of donors',
    tip: 'How much of the spread of the shift between cells lies between donors: 0 the donors are alike, 1 the cells of a donor are copies.',
  },
  donorsAgree: {
    title: 'Donors that agree',
    tip: 'Donors in which the gene moves the cells the same way as on average, of those that tell. One donor the other way is worth a look at its cells.',
  },
  rankRange: {
    title: 'Rank, 90 % range',
    tip: 'Middle 90 % of the rank by the screen when start cells (donors, and cells within them) are drawn anew 100 times. A wide range: other cells would put the gene elsewhere.',
  },
  topShare: {
    title: 'Stays in first 50',
    tip: 'How often the gene is among the first 50 of the screen when start cells are drawn anew 100 times.',
  },
  librarySize: {
    title: 'Follows library size',
    tip: 'Rank correlation, within donors, of the shift of a start cell with its total counts, with a false discovery rate over all genes. Far from 0: sequencing depth has a part in the shift.',
  },
  log2FoldChange: {
    title: 'log2 fold change',
    tip: 'Expression in goal cells against start cells; 1 is twice as much. Says which genes go with the goal, not which bring it about.',
  },
  startFraction: { title: 'Seen in start', tip: 'Share of the start cells in which the gene is detected.' },
  goalFraction: { title: 'Seen in goal', tip: 'Share of the goal cells in which the gene is detected.' },
  detections: {
    title: 'Cells read in',
    tip: 'Cells of all the data in which the model reads the gene. Of a gene with few the model has learned little.',
  },
  rankByModel: {
    title: 'Rank, model',
    tip: 'Place by the shift in the screen alone. None where the model does not read the gene.',
  },
  rankByFoldChange: { title: 'Rank, fold change', tip: 'Place by plain log2 fold change, the simplest method.' },
  rankByCombined: {
    title: 'Rank, composite',
    tip: 'Place by the weighted witnesses, the screen being one of them.',
  },
  rankByExpression: {
    title: 'Rank, expression',
    tip: 'Place by mean expression in the start cells: a method that knows nothing of the goal.',
  },
  regulon: {
    title: 'Known targets agree',
    tip: 'Published targets of the gene (TRRUST v2) that change between start and goal as if it were more active in the goal, of those with a known direction.',
  },
  ortholog: {
    title: 'Ortholog',
    tip: 'Symbol in the other species where there is exactly one counterpart. Source: MGI.',
  },
  cocktails: { title: 'Cocktails to goal', tip: 'Published cocktails to this goal that have the gene.' },
  dosage: {
    title: 'Haploinsufficient',
    tip: 'Whether, in people, losing one copy of the gene causes disease (ClinGen, sufficient evidence). Then its dose matters and taking it away may harm cells. Not listed proves nothing.',
  },
  druggable: {
    title: 'Druggable family',
    tip: 'Family of proteins that chemists call druggable (Finan 2017): kinases, receptors, channels, phosphodiesterases. Whether a compound acts on this one is not looked up.',
  },
  novelty: {
    title: 'On record',
    tip: 'What the tables of this program know of gene and goal. Not found is no proof that nobody has.',
  },
} as const;
export type ColumnTopic = keyof typeof COLUMN_TEXTS;
