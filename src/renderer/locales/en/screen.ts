export default {
  sentence: '{genes} genes perturbed one by one in {cells} {start} cells; goals: {goals}.',
  noRanking:
    'A screen holds numbers for every gene and goal. A ranking puts them in order and says how far to trust them.',
  settings: 'Settings',
};
