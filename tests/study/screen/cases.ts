/** Regulators of one fate, and the studies that show them. */
export interface KnownList {
  start: string;
  goal: string;
  genes: readonly string[];
}

/** Real cells with states, and what is known of the fates among them. */
export interface StudyCase {
  name: string;
  /** Data sets of one biology share regulators, so they are left out together. */
  biology: string;
  /** Under the shared cells, without its ending. */
  file: string;
  /** Where a file of both species is read as one. */
  species?: 'human';
  labelColumn: string;
  /** Each is screened from towards all others. */
  starts: readonly string[];
  goals: readonly string[];
  known: readonly KnownList[];
}

/** Gain- or loss-of-function study behind each regulator, by gene. */
export const SOURCES: Readonly<Record<string, string>> = {
  PDX1: 'Jonsson 1994 Nature 371:606; Ahlgren 1998 Genes Dev 12:1763',
  PAX4: 'Sosa-Pineda 1997 Nature 386:399',
  'NKX2-2': 'Sussel 1998 Development 125:2213',
  PAX6: 'Sander 1997 Genes Dev 11:1662; St-Onge 1997 Nature 387:406',
  ISL1: 'Ahlgren 1997 Nature 385:257; Du 2009 Diabetes 58:2059',
  RFX6: 'Smith 2010 Nature 463:775',
  RFX3: 'Ait-Lounis 2007 Diabetes 56:950',
  GLIS3: 'Kang 2009 Mol Cell Biol 29:6366',
  MNX1: 'Harrison 1999 Nat Genet 23:71; Pan 2015 Development 142:3637',
  NEUROD1: 'Naya 1997 Genes Dev 11:2323',
  INSM1: 'Gierl 2006 Genes Dev 20:2465',
  NEUROG3: 'Gradwohl 2000 PNAS 97:1607',
  ARX: 'Collombat 2003 Genes Dev 17:2591',
  MAFB: 'Artner 2006 Diabetes 55:297; for monocytes Kelly 2000 EMBO J 19:1987',
  HHEX: 'Zhang 2014 Genes Dev 28:829',
  STAT1: 'Meraz 1996 Cell 84:431; Durbin 1996 Cell 84:443',
  STAT2: 'Park 2000 Immunity 13:795',
  IRF9: 'Kimura 1996 Genes Cells 1:115',
  IRF7: 'Honda 2005 Nature 434:772',
  IRF1: 'Miyamoto 1988 Cell 54:903',
  TBX21: 'Townsend 2004 Immunity 20:477; Gordon 2012 Immunity 36:55',
  EOMES: 'Gordon 2012 Immunity 36:55',
  ID2: 'Yokota 1999 Nature 397:702; for dendritic cells Hacker 2003 Nat Immunol 4:380',
  NFIL3: 'Gascoyne 2009 Nat Immunol 10:1118; for dendritic cells Kashiwada 2011 J Immunol 188:2617',
  ETS1: 'Barton 1998 Immunity 9:555',
  TOX: 'Aliahmad 2010 Nat Immunol 11:945',
  BATF3: 'Hildner 2008 Science 322:1097',
  IRF8: 'Schiavoni 2002 J Exp Med 196:1415; Tsujimura 2003 J Immunol 170:1131; Holtschke 1996 Cell 87:307',
  BCL6: 'Ohtsuka 2011 J Immunol 186:1409',
  ZBTB46: 'Meredith 2012 J Exp Med 209:1153; Satpathy 2012 J Exp Med 209:1135',
  SPI1: 'Scott 1994 Science 265:1573; Carotta 2010 Immunity 32:628',
  IRF4: 'Suzuki 2004 PNAS 101:8981',
  RELB: 'Wu 1998 Immunity 9:839',
  IRF2: 'Ichikawa 2004 PNAS 101:3909',
  RBPJ: 'Caton 2007 J Exp Med 204:1653',
  TCF4: 'Cisse 2008 Cell 135:37',
  SPIB: 'Schotte 2004 J Exp Med 200:1503; Sasaki 2012 Blood 120:4733',
  RUNX2: 'Sawai 2013 J Exp Med 210:2151',
  ZEB2: 'Scott 2016 J Exp Med 213:897',
  BCL11A: 'Ippolito 2014 PNAS 111:E998',
  CEBPA: 'Zhang 1997 PNAS 94:569; Xie 2004 Cell 117:663',
  CEBPB: 'Hirai 2006 Nat Immunol 7:732; Xie 2004 Cell 117:663',
  CEBPE: 'Yamanaka 1997 PNAS 94:13187',
  GFI1: 'Hock 2003 Immunity 18:109',
  KLF4: 'Feinberg 2007 EMBO J 26:4138',
};

/** Blood regulators are those of the shipped list (textbook consensus). */
const BLOOD_START = 'CD34+';
const PROGENITOR = 'Ngn3 high EP';
const B_CELL = 'B cell';

export const CASES: readonly StudyCase[] = [
  {
    name: 'blood',
    biology: 'blood',
    file: 'zheng_pbmc_facs_human',
    labelColumn: 'cell_type',
    starts: [BLOOD_START, 'CD14+ Monocyte'],
    goals: [
      'CD34+',
      'CD14+ Monocyte',
      'CD19+ B',
      'CD56+ NK',
      'CD4+/CD45RA+/CD25- Naive T',
      'CD4+ T Helper2',
      'CD4+/CD25 T Reg',
      'CD4+/CD45RO+ Memory',
      'CD8+ Cytotoxic T',
      'CD8+/CD45RA+ Naive Cytotoxic',
    ],
    known: [
      {
        start: BLOOD_START,
        goal: 'CD14+ Monocyte',
        genes: ['SPI1', 'CEBPA', 'CEBPB', 'CEBPD', 'IRF8', 'KLF4', 'MAFB', 'EGR1'],
      },
      {
        start: BLOOD_START,
        goal: 'CD19+ B',
        genes: ['PAX5', 'EBF1', 'TCF3', 'IKZF1', 'FOXO1', 'SPI1', 'BCL11A', 'POU2AF1', 'SPIB', 'BACH2'],
      },
      {
        start: BLOOD_START,
        goal: 'CD56+ NK',
        genes: ['ID2', 'NFIL3', 'TBX21', 'EOMES', 'TOX', 'ETS1', 'ZNF683', 'PRDM1', 'RUNX3'],
      },
      {
        start: BLOOD_START,
        goal: 'CD4+/CD45RA+/CD25- Naive T',
        genes: ['GATA3', 'TCF7', 'BCL11B', 'LEF1', 'RUNX1', 'ZBTB7B', 'TCF12', 'ETS1', 'RUNX3', 'FOXP1'],
      },
      {
        start: 'CD14+ Monocyte',
        goal: BLOOD_START,
        genes: ['GATA2', 'RUNX1', 'TAL1', 'LMO2', 'MEIS1', 'HOXA9', 'MYB', 'ERG'],
      },
    ],
  },
  {
    name: 'endocrinogenesis',
    biology: 'pancreas',
    file: 'pancreas_endocrinogenesis_spliced_mouse',
    labelColumn: 'cluster',
    starts: [PROGENITOR],
    goals: ['Beta', 'Alpha', 'Delta', 'Epsilon', 'Ductal', 'Ngn3 low EP', 'Pre-endocrine'],
    known: [
      {
        start: PROGENITOR,
        goal: 'Beta',
        genes: ['PDX1', 'PAX4', 'NKX2-2', 'PAX6', 'ISL1', 'RFX6', 'RFX3', 'GLIS3'],
      },
      { start: PROGENITOR, goal: 'Alpha', genes: ['NKX2-2', 'PAX6', 'ISL1', 'RFX6', 'RFX3'] },
      { start: PROGENITOR, goal: 'Delta', genes: ['PAX4', 'PAX6', 'ISL1', 'RFX6'] },
    ],
  },
  {
    name: 'islet',
    biology: 'pancreas',
    file: 'baron_pancreas_human_mouse',
    species: 'human',
    labelColumn: 'cell_type',
    starts: ['activated_stellate'],
    goals: ['alpha', 'beta', 'delta', 'macrophage'],
    known: [
      {
        start: 'activated_stellate',
        goal: 'beta',
        genes: ['PDX1', 'MNX1', 'NEUROD1', 'INSM1', 'ISL1', 'PAX6', 'RFX6', 'GLIS3', 'RFX3', 'NEUROG3'],
      },
      {
        start: 'activated_stellate',
        goal: 'alpha',
        genes: ['ARX', 'MAFB', 'NEUROD1', 'INSM1', 'ISL1', 'PAX6', 'RFX6', 'RFX3', 'NEUROG3'],
      },
      {
        start: 'activated_stellate',
        goal: 'delta',
        genes: ['HHEX', 'NEUROD1', 'ISL1', 'PAX6', 'RFX6', 'NEUROG3'],
      },
      {
        start: 'activated_stellate',
        goal: 'macrophage',
        genes: ['SPI1', 'CEBPA', 'CEBPB', 'IRF8', 'MAFB', 'KLF4'],
      },
    ],
  },
  {
    name: 'interferon',
    biology: 'interferon',
    file: 'kang_ifnb_pbmc_human',
    labelColumn: 'condition',
    starts: ['ctrl'],
    goals: ['IFNb'],
    known: [{ start: 'ctrl', goal: 'IFNb', genes: ['STAT1', 'STAT2', 'IRF9', 'IRF7', 'IRF1'] }],
  },
  {
    name: 'spleen',
    biology: 'spleen',
    file: 'jaitin_spleen_mouse',
    labelColumn: 'group_name',
    starts: [B_CELL],
    goals: [
      'NK_cell',
      'monocyte_or_neutrophil',
      'CD8+CD86-',
      'CD8-CD4+ESAM+',
      'CD8+pDC',
      'GC B cell',
      'CD8+CD86+',
      'CD8-pDC',
      'CD11c+',
    ],
    known: [
      { start: B_CELL, goal: 'NK_cell', genes: ['TBX21', 'EOMES', 'ID2', 'NFIL3', 'ETS1', 'TOX'] },
      {
        start: B_CELL,
        goal: 'monocyte_or_neutrophil',
        genes: ['SPI1', 'CEBPA', 'CEBPB', 'CEBPE', 'GFI1', 'KLF4', 'IRF8'],
      },
      {
        start: B_CELL,
        goal: 'CD8+CD86-',
        genes: ['BATF3', 'IRF8', 'ID2', 'NFIL3', 'BCL6', 'ZBTB46', 'SPI1'],
      },
      { start: B_CELL, goal: 'CD8-CD4+ESAM+', genes: ['IRF4', 'RELB', 'IRF2', 'RBPJ', 'ZBTB46', 'SPI1'] },
      { start: B_CELL, goal: 'CD8+pDC', genes: ['TCF4', 'SPIB', 'IRF8', 'RUNX2', 'ZEB2', 'BCL11A'] },
    ],
  },
];
