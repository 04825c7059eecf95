interface Column {
  name: string;
  kind: string;
  nDistinct: number;
}

const LABEL = /cell.?type|cluster|cell.?state|annotation|louvain|leiden|^label/i;
const DONOR = /donor|patient|subject|individual|animal|embryo|mouse|replicate|sample/i;
const CONDITION = /^(condition|treatment|stim(ulation)?|disease|diagnosis|genotype|perturbation|time.?point|group)$/i;
const MOST_LABELS = 200;

/** The first column that is named and filled like cell states; the user sees it and may change it. */
export function guessLabelColumn(columns: readonly Column[]): string | undefined {
  return columns.find((one) => LABEL.test(one.name) && one.nDistinct > 1 && one.nDistinct <= MOST_LABELS)?.name;
}

export function guessDonorColumn(columns: readonly Column[]): string | undefined {
  return columns.find((one) => DONOR.test(one.name) && one.nDistinct > 1)?.name;
}

export function guessConditionColumn(columns: readonly Column[]): string | undefined {
  return columns.find((one) => CONDITION.test(one.name) && one.nDistinct > 1 && one.nDistinct <= MOST_LABELS)?.name;
}
