/** The English texts of the why-card, for the window and for reports alike; other languages translate this table. */
export const WHY_ENGLISH = {
  actions: {
    'over-express': 'Raising {gene}',
    'to-rank': 'Moving {gene} in rank',
    'published-over-express': 'Raising {gene} as published (its value times 10,000)',
    'knock-down': 'Knocking {gene} down',
    mask: 'Taking {gene} away',
    remove: 'Taking {gene} away',
  },
  classes: {
    'transcription-factor': 'transcription factor',
    surface: 'surface protein',
    kinase: 'kinase',
    gpcr: 'G-protein-coupled receptor',
    'nuclear-receptor': 'nuclear receptor',
    'ion-channel': 'ion channel',
    homeobox: 'homeobox gene',
    bhlh: 'bHLH gene',
    'zinc-finger': 'C2H2 zinc finger',
    phosphodiesterase: 'phosphodiesterase',
  },
  /** What the tables hold of gene and goal. */
  novelty: { given: 'you named it', cocktail: 'in a cocktail', regulon: 'regulates markers', unrecorded: 'not found' },
  dosage: { listed: 'yes', notListed: 'not listed' },
  leads: {
    only: 'Moves towards {goal} and towards no other state.',
    more: 'Moves more towards {goal} than towards any other state; next is {state}.',
    level: 'Moves towards {goal}, but as much towards {state}.',
    less: 'Moves towards {goal}, but more towards {state}.',
    elsewhere: 'Does not move towards {goal}; most of all it moves towards {state}.',
    nowhere: 'Moves neither towards {goal} nor towards any other state.',
  },
  says: {
    towards: '{action} moves the cells towards {goal}, in {towards} of {cells} cells.',
    away: '{action} moves the cells away from {goal}, in {away} of {cells} cells.',
    unclear:
      '{action} moves {towards} of {cells} cells towards {goal}, but the 95 % interval, {low} to {high}, holds zero: which way is not clear.',
    still:
      '{action} changes no cell: at this dose it stands behind the genes the model reads, so the model says nothing of it.',
    nullTowards: '{share} of the matched genes do less.',
    nullAway: '{share} of the matched genes move them less far away.',
    standsOut: 'It stands out from matched genes (FDR {fdr}).',
    withinChance: 'With {genes} genes tested, chance alone does as much (FDR {fdr}).',
    leadsOther:
      'The table follows {method}, not the screen alone: by that {gene} is number {rank} of {genes}, by the screen alone number {model}.',
    leadsOtherUnread:
      'The table follows {method}, not the screen: by that {gene} is number {rank} of {genes}. By the screen it has no rank.',
    leadsModelUnread:
      'The table follows the screen, which says nothing of {gene}: it stands at the end, with the other genes the model does not read. Plain fold change puts it at {change}.',
    leadsModel:
      'The table follows the screen, which puts {gene} at {rank} of {genes}; plain fold change puts it at {change}.',
    recall: 'Of {known} known regulators, {method} has {found} among its first 50; the screen alone has {model}.',
    nothingBeyond:
      'Plain fold change puts it at least as high (number {change} against {model}): of this gene the screen says nothing that expression does not.',
    against:
      'The screen speaks against it (number {model}); it stands where it does by other methods (number {change} by fold change).',
    beyondByChance:
      'The screen puts it higher than fold change does ({model} against {change}), but not beyond chance.',
    beyond: 'The screen puts it higher than fold change does: {model} against {change}.',
    silencing:
      'By fold change it is number {change}; that tells which genes are up in {goal}, not what happens when one is taken away.',
    expression:
      'It is seen in {start} of the start cells and in {end} of the {goal} cells (log2 fold change {change}).',
    classes: 'Its kind: {classes}.',
    known: 'You named it as a known regulator of {goal}.',
    regulonHigher:
      'Its published targets speak for it: {consistent} of {signed} change as if it were more active in {goal}, where chance gives {expected} (FDR {fdr}).',
    regulonLower:
      'Its published targets speak against it: only {consistent} of {signed} change as if it were more active in {goal}, where chance gives {expected} (FDR {fdr}).',
    regulonUnclear:
      'Its published targets do not tell: {consistent} of {signed} change as if it were more active in {goal}, where chance gives {expected}.',
    cocktail: 'A published cocktail to the {type} has it: {factors} in cells that were {start} (doi:{doi}).',
    cocktailAway: 'A published way to the {type} takes it away, in cells that were {start} (doi:{doi}).',
    unrecorded:
      'No cocktail and no published target in the tables of this program links it to {goal}. That is no proof that nobody has.',
    unnamedGoal:
      'The label {goal} names no cell type that the table of cocktails knows, so it could not be looked up there.',
    competing:
      'Among the other states it leads most to {state}, with a shift of {other} against {effect} towards {goal}.',
    haploinsufficient:
      'In people, losing one copy of it causes disease (ClinGen, sufficient evidence, list of {date}).',
    druggable:
      'It belongs to a druggable family ({families}); whether a compound acts on this very protein is not looked up.',
    ortholog: 'In the other species its one-to-one ortholog is {symbol}.',
  },
  doubts: {
    still: 'The model did not read {gene} at this dose: it was not tested, and its shift of 0 is no finding.',
    withinChance: 'It does not stand out from matched genes at an FDR of 5 %.',
    away: 'In the model it moves the cells away from {goal}.',
    interval: 'Its interval holds zero.',
    disagree: 'The cells disagree: {away} of {cells} move away from {goal}.',
    librarySize:
      'Its shift follows how deeply a start cell was sequenced (Spearman {r}): part of it may be counts, not biology.',
    librarySizeUnread:
      'Its shift follows how deeply a start cell was sequenced (Spearman {r}), and {unread} of {cells} cells do not read it at this dose: part of it may be whether it is read.',
    donors: 'In {n} of {donors} donors it does not go the same way.',
    few: 'Only {cells} start cells tell of it.',
    foretold: 'Its effect was foretold by a backward pass and scaled, not computed.',
    unstable: 'Two halves of the start cells rank the genes differently (Spearman {r}).',
    unchecked: 'There were too few start cells to see whether the ranking repeats itself.',
    rareOne: 'The model reads it in one cell of the data only, so it has learned little of it.',
    rare: 'The model reads it in {cells} cells of the data only, so it has learned little of it.',
    unmeasured: 'Nothing measures this ranking: no known regulators were given, or none of them could be ranked.',
    behind: '{method} finds more of the known regulators than the screen does.',
    nothingBeyond: 'Fold change alone gives it the same place or a better one.',
    competing: 'It moves the cells at least as far towards {state}: the shift may not be about {goal}.',
    offInGoal:
      'It is seen in {share} of the {goal} cells only: it may act for a short while, or the model may be wrong.',
    onInStart: 'It is already seen in {share} of the start cells: raising it further may do nothing.',
    offInStart: 'Only {share} of the start cells show it, so there is little to take away.',
    targets: 'Its published targets say that it is less active in {goal}.',
    opposite: 'A published cocktail to {type} did the opposite with it (doi:{doi}).',
    dosageLost:
      'Losing one copy of it already harms people: without it the cells may come to harm instead of to {goal}. Try a partial knock-down.',
    dosageRaised:
      'Losing one copy of it harms people, so cells may need a certain dose of it; whether too much harms was not looked up. Test several doses.',
    noFactor: 'It is no transcription factor; a gene that merely marks {goal} looks the same here.',
    noEvidence: 'This ranking was made by an older version that looked up no evidence; rank again.',
    model:
      'A perturbation in a model is a hypothesis: dose, delivery, timing and survival are not in it. Test it beside a negative control.',
  },
} as const;
