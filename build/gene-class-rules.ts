import type { Row } from './gene-table-files.ts';

/** A class of genes told by the groups and the approved names of the human nomenclature committee. */
interface ClassRule {
  name: string;
  groups: RegExp;
  /** Approved names that are taken without a group, where the groups of HGNC are incomplete. */
  names?: RegExp;
  butNot?: RegExp;
}

const PROTEIN_KINASE_GROUPS = [
  'Receptor tyrosine kinases',
  'Erb-b2 receptor tyrosine kinases',
  'EPH receptors',
  '\\w+ family tyrosine kinases',
  'Type [12] receptor serine/threonine kinases',
  'AKT kinases',
  'AGC family kinases',
  'I kappa B kinases',
  'LIMK/TESK kinase family',
  'Mitogen-activated protein kinases?( kinases?){0,3}',
  'RAF family',
  'MAPK activated protein kinases',
  'Microtubule affinity regulating kinases',
  'MELK family kinases',
  'Myosin light chain kinase family',
  'NUAK family kinases',
  'C2 domain containing protein kinases',
  'Calmodulin dependent protein kinases',
  'Protein kinase AMP-activated catalytic subunit alphas',
  'BR serine/threonine kinases',
  'SIK family kinases',
  'Death associated protein kinases',
  'WNK lysine deficient protein kinases',
  'Cyclin dependent kinases',
  'CDC like kinases',
  'casein kinase 1 family',
  'Eukaryotic translation initiation factor 2 alpha kinases',
];

/** Kinases of small molecules, and proteins that are named after a kinase without being one. */
const NO_PROTEIN_KINASE = new RegExp(
  [
    'inhibitor|anchor|interactor|associated (phospho)?protein|binding protein|substrate|activator|regulator|phosphatase|adaptor',
    'suppress|enhancer|subunit (beta|gamma)|ligand|kinase activating|component of|receptor for activated|pseudokinase|non-catalytic',
    'adenos|nucle?os|cytid|urid|thymid|guanylate|adenylate|glycer|ceramide|choline|creatine|polyribonucleotide|CoA|dolichol',
    'ethanolamine|golgi|glyco(?!gen synthase)|FAST kinase|fucose|four-jointed|carbohydrate|fructos|galacto|gluco(?!corticoid)|hexo|PI4K|phosphatidyl',
    'hydroxylysine|hyccin|inositol (hexa|poly)|inositol-(?!requiring)|phosphoinositi|mevalon|NAD|glucosamine|riboflavin|ribokin|ribosid',
    'pantothenate|carboxykinase|pyridoxal|pyruvate kinase|phosphofructo|seryl-tRNA|sedohept|sphingosine|thiamin|triokin|xylu|mannos',
    'BEGAIN|inactive|divergent|O-mannose|diphosphoino|casein kinase 2 beta',
  ].join('|'),
  'i',
);

export const CLASS_RULES: ClassRule[] = [
  {
    name: 'kinase',
    groups: new RegExp(`^(${PROTEIN_KINASE_GROUPS.join('|')})$`),
    names: /kinase/i,
    butNot: NO_PROTEIN_KINASE,
  },
  {
    name: 'gpcr',
    groups: new RegExp(
      [
        'G protein-coupled|^(Olfactory|Vomeronasal|Opsin|Taste [12]) receptors',
        '^(Adenosine|Angiotensin|Apelin|Bombesin|Bradykinin|Calcitonin|Calcium sensing|Cannabinoid|Chemerin|Cholecystokinin) receptors?',
        '^(Corticotropin releasing hormone|Dopamine|Endothelin|F2R|Formyl peptide|Free fatty acid|Galanin|Glycoprotein hormone) receptors?',
        '^Glucagon receptor family|^Glutamate metabotropic receptors|^Gonadotropin releasing hormone receptors|^Histamine receptors',
        '^(Hydroxycarboxylic acid|Hypocretin|Leukotriene|Lysophosphatidic acid|Melanin concentrating hormone|Melanocortin) receptors',
        '^(Melatonin|Neuromedin U|Neuropeptide(s B and W| FF| S| Y)|Neurotensin|Opioid|Oxoglutarate|P2Y|Parathyroid hormone) receptors?',
        '^(Platelet activating factor|Prokineticin|Prostaglandin|Relaxin family peptide|Somatostatin|Sphingosine 1-phosphate) receptors?',
        '^(Succinate|Tachykinin|Trace amine|Peptide) receptors?|^Complement component GPCRs|^Vasoactive intestinal peptide|^Arginine vasopressin and oxytocin receptors',
        '^(Atypical chemokine|C-C motif chemokine|C-X-C motif chemokine|C-X-3-C motif chemokine|X-C motif chemokine) receptors',
        '^Cholinergic receptors muscarinic|^Gamma-aminobutyric acid type B|^Adrenoceptors|^5-hydroxytryptamine receptors, G protein',
      ].join('|'),
    ),
    butNot: /activity modifying|accessory/,
  },
  {
    name: 'nuclear-receptor',
    groups:
      /^(Nuclear receptor subfamily|Peroxisome proliferator activated|Retinoic acid|RAR related orphan|Retinoid X|Thyroid hormone|Estrogen|Estrogen related) ?(receptors|\d.*)?$|^Hepatocyte nuclear factor 4 family$/,
  },
  {
    name: 'surface',
    groups:
      /^(CD molecules|Receptor tyrosine kinases|EPH receptors|Type [12] receptor serine\/threonine kinases|Integrin (alpha|beta) subunits|Interleukin receptors|Interferon receptors|Tumor necrosis factor receptor superfamily|Notch receptors|Fc receptors|Tetraspanins|(Type (I|II) classical|Desmosomal|7D|CELSR|Major) cadherins|Non-clustered protocadherins|Clustered protocadherins|Ig-like cell adhesion molecule family|IgLON cell adhesion molecules|CEA cell adhesion molecule family|Killer cell (immunoglobulin|lectin) like receptors|(Activating|Inhibitory) leukocyte immunoglobulin like receptors|Protein tyrosine phosphatases receptor type|Low density lipoprotein receptors|G protein-coupled receptors, Class F frizzled|(C-C|C-X-C|C-X-3-C|X-C) motif chemokine receptors|Adhesion G protein-coupled receptors, subfamily \w)$/,
  },
  { name: 'homeobox', groups: /homeobox/ },
  { name: 'bhlh', groups: /^Basic helix-loop-helix proteins$/ },
  { name: 'zinc-finger', groups: /^Zinc fingers C2H2-type$/ },
  {
    name: 'ion-channel',
    groups:
      /\bchannels?\b.*|^(Gamma-aminobutyric acid type A|Glycine|Purinergic receptors P2X|Glutamate ionotropic|Cholinergic receptors nicotinic|5-hydroxytryptamine receptors, ionotropic)/,
    butNot: /regulator|interacting|associated/,
  },
];

/** Classes that Finan et al. 2017 (Sci Transl Med 9:eaag1166) count among the key druggable families. */
const DRUGGABLE = ['kinase', 'gpcr', 'nuclear-receptor', 'ion-channel'];
const PHOSPHODIESTERASES = /^Phosphodiesterases$/;
/** Receptors of smell, taste and light, which are in the family but are no targets of medicines. */
const SENSORY = /^(Olfactory|Vomeronasal|Opsin|Taste \d) receptors/;

/** Family and Ensembl id of every protein-coding human gene of a druggable family, sorted. */
export function druggableRows(hgnc: readonly Row[]): string[][] {
  const coding = hgnc.filter((one) => one.locus_group === 'protein-coding gene' && one.ensembl_gene_id);
  const inGroups = (groups: RegExp) =>
    coding.filter((one) => groupsOf(one).some((group) => groups.test(group))).map((one) => one.ensembl_gene_id);
  const sensory = new Set(inGroups(SENSORY));
  const rows = [
    ...classRows(hgnc).filter(([name, id]) => DRUGGABLE.includes(name) && !(name === 'gpcr' && sensory.has(id))),
    ...inGroups(PHOSPHODIESTERASES).map((id) => ['phosphodiesterase', id]),
  ];
  return [...new Set(rows.map((row) => row.join('\t')))].sort().map((line) => line.split('\t'));
}

function groupsOf(row: Row): string[] {
  return row.gene_group
    .replaceAll('"', '')
    .split('|')
    .map((group) => group.trim());
}

/** Class and Ensembl id of every protein-coding human gene a rule takes, sorted. */
export function classRows(hgnc: readonly Row[]): string[][] {
  const rows = new Set<string>();
  for (const row of hgnc.filter((one) => one.locus_group === 'protein-coding gene' && one.ensembl_gene_id)) {
    const groups = groupsOf(row);
    for (const { name, groups: taken, names, butNot } of CLASS_RULES) {
      const byGroup = groups.some((group) => taken.test(group) && (names !== undefined || !butNot?.test(group)));
      const byName = names?.test(row.name) === true && !butNot?.test(row.name);
      if (byGroup || byName) rows.add(`${name}\t${row.ensembl_gene_id}`);
    }
  }
  return [...rows].sort().map((line) => line.split('\t'));
}
