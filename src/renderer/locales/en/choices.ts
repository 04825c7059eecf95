export default {
  species: { auto: 'Decide from the gene names', human: 'human', mouse: 'mouse' },
};
