import type { ColumnRole } from './annotation.ts';

const SAMPLES =
  /\b(?:bio ?)?samples?(?:id|no|nr|name)?(?: (?:ids?|no|nr|num|number|name|label|key|code|title|short|uuid|cov|accession|\d+))*$/;

/**
 * How public data sets name the columns of each role, the surest names first; tested against the name in words, lower case.
 *
 * Source: schema of CELLxGENE 3 to 7, tutorials of scanpy, scvelo, Seurat and Azimuth, SingleR, CellTypist, scIB, scPerturb, the data packages of
 * Bioconductor (scRNAseq), Tabula Sapiens and Muris, Human Lung Cell Atlas, Allen Brain Cell Atlas, cellranger aggr, Loupe, vireo, souporcell.
 */
export const ROLE_NAMES: Readonly<Record<ColumnRole, readonly RegExp[]>> = {
  label: [
    /^cell ?types?(?: (?:names?|labels?|final|fine|curated|\w*annot\w*))?$/,
    /\bcell ?types?\b|^ct cov$/,
    /\bcell (?:ontology )?(?:class|states?|identity|labels?|annotations?|subtypes?|subclass|populations?)\b|\bannot(?:ation)?s?\b|\bann (?:level|finest)\b|\bsingle ?r\b|\b(?:predicted|pruned|bulk|scanvi) labels?\b|\bpredicted id\b|\bmajority voting\b|\b(?:sub|super)(?:class|type)s?\b|\blevel ?[123] ?class\b|\b(?:primary|broad|core) type\b|\b(?:facs )?sub ?pop(?:ulation)?s?\b|\bpopulations?\b|\blineages?\b/,
    /^labels?$|^cell ?lines?\b|\bactive ident\b|^phenotypes?$|\b(?:class|subset) label\b/,
  ],
  donor: [
    /\b(?:donor|patient|subject|individual|participant|proband)s?(?:id|no|nr|num|number|code|name|key|label)?\b|^ind(?:iv)?(?: (?:id|cov))?$|\bunos id\b|^subj(?: id)?$/,
    /\b(?:animal|embryo|mouse|mice)s?(?:id|no|nr|num|number)?\b/,
    /\b(?:bio ?)?rep(?:licate)?s?\b/,
    SAMPLES,
  ],
  sample: [
    SAMPLES,
    /^(?:biological )?specimens?(?: ?(?:id|name|label))?$/,
    /^librar(?:y|ies)(?: ?(?:id|name|label|key))?$|^orig ?ident$|^gsm(?: .*)?$|^geo accession$/,
    /\b(?:sample|library) ?(?:id|name|label|key)\b|^hash ?id$|^hto (?:max ?id|classification|hash id)$|^multi id$/,
  ],
  batch: [
    /^batch(?: ?(?:id|no|nr|name|key|label|cov|desc|\d+))?$/,
    /\bbatch\b/,
    /^(?:seq(?:uencing)? )?(?:run|lane|chip|plate|experiment|flow ?cell|pool|channel)(?: .*)?$|^gem ?(?:group|well)$|^processing cohort$/,
    /^(?:tech(?:nology)?|dataset|study|site|center|centre)(?: ?(?:id|name))?$/,
  ],
  condition: [
    /^(?:conditions?|treatments?|stim(?:ulation|ulus)?|perturbations?|exposure|drugs?|compounds?|product name|interventions?|challenge|infection|infected)(?: (?:id|name|label|group|status))?$/,
    /^(?:disease|diagnosis|pathology|genotype|knock ?outs?|lung condition)(?: (?:label|name|group|state|status))?$|^(?:\w+ )?(?:disease|infection|sle|covid|covid19) status$/,
    /^time ?points?(?: .*)?$/,
    /^(?:(?:treatment|study|experimental|disease) )?(?:groups?|arms?|cohorts?)$/,
  ],
};

/** Numbers that a program gave to groups of like cells: less than a name for them, more than nothing. */
export const CLUSTERS =
  /\bclust(?:er)?s?\b|\bclustering\b|\b(?:leiden|louvain|snn res|graph based|graphclust|k ?means)\b/;
/** Too plain to tell anything alone: states where the values name cells. */
export const PLAIN =
  /^(?:group(?:s| name| label)?|name|type|class|classes|category|ident(?:ity)?|state|compartment|subset|label\w*|description|title|source name.*|characteristics.*)$/;
/** A column about states, not of them. */
export const NO_STATES =
  /\b(?:scores?|prob\w*|conf\w*|colou?rs?|sizes?|counts?|n|number of \w+|frac\w*|percent\w*|pct|distance|entropy|purity|uncertainty|doublets?|cycle|markers?|genes?|n genes|demuxlet cls)\b|\bterm id\b|\bontology id\b|(?<!predicted )\bids?$/;
/** A column of what was done, where, to whom or by which method, whatever its values sound like. */
export const NOT_OF_CELLS =
  /\b(?:tissue|organ|organism|species|suspension|assay|chemistry|method|protocol|technology|source|disease|diagnosis|phase|quality|qc|sex|gender|ethnicity|strain|stage|age|path|file|url|drug|sort(?:ed|ing)?|gate|gating|antibod\w+|variant)\b/;
/** Measured of runs, not naming them. */
export const NO_BATCHES = /\b(?:scores?|counts?|colou?rs?|dates?|sizes?|n|number of \w+)\b/;
/** `donor_age` tells of donors, it does not name them. */
export const ABOUT_DONORS =
  /\b(?:age|sex|gender|weight|height|bmi|birth|dob|date|day|time|status|type|stage|disease|diagnosis|scores?|prob\w*|confidence|sizes?|counts?|number of \w+|n|frac\w*|percent|pct|colou?rs?|mail|phone|address|record|mrn|group|cohort|condition|treatment|species|organism|ethnicity|race|ancestry|tissue|organ|site|region|genotype|line|strain|background|assay|severity|outcome|response|barcode|term id|plex|qc|doublets?|cells?|source|cause|death|smok\w*|history|medication|living)\b/;
