export default {
  sentence: '{genes} genes perturbed one by one in {cells} {start} cells; goals: {goals}.',
  noRanking:
    'A screen holds numbers for every gene and goal. A ranking puts them in order and says how far to trust them.',
  rankingLine: '{operator} · {facts} · {when}',
  settings: 'Settings',
  live: {
    state: '{share} screened, {settled} of the top {top} settled',
    settledHelp:
      'Settled: whatever the cells still to come show, the gene stays among the first {top} (99 % interval).',
    table: 'Leading genes so far',
    gene: 'Gene',
    effect: 'Effect so far',
    cells: 'Cells',
    goal: 'Goal',
  },
  stages: {
    title: 'How well the two stages agree',
    intro:
      'Foretold by a backward pass and computed exactly, over genes that were not chosen for what was foretold of them.',
    operator: 'Operator',
    goal: 'Goal',
    compared: 'Genes compared',
    spearman: 'Rank correlation',
    slope: 'Exact / foretold',
    use: 'Used as',
    exact: 'everything exact, since they did not agree',
    foretold: 'foretold where not computed',
    settled: '{settled} of {top} leading genes settled',
    unknown: 'too few genes',
  },
};
