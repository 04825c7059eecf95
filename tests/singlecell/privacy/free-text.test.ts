import { describe, expect, it } from 'vitest';
import { columnInfo } from '#singlecell/io/column-info.ts';
import { isFreeText } from '#singlecell/privacy/free-text.ts';

const CELLS = 2000;
const list = (text: string): string[] => text.trim().split(/\s*\n\s*/);

/** Names as the Cell Ontology, UBERON, MONDO, EFO and HsapDv give them, in sets as public data sets hold them. */
const LABELS: Record<string, string[]> = {
  'blood of the Cell Ontology': list(`
    CD4-positive, alpha-beta T cell
    CD8-positive, alpha-beta T cell
    naive thymus-derived CD4-positive, alpha-beta T cell
    naive thymus-derived CD8-positive, alpha-beta T cell
    central memory CD4-positive, alpha-beta T cell
    effector memory CD8-positive, alpha-beta T cell
    effector memory CD8-positive, alpha-beta T cell, terminally differentiated
    CD16-negative, CD56-bright natural killer cell, human
    CD14-positive, CD16-negative classical monocyte
    CD14-low, CD16-positive monocyte
    plasmacytoid dendritic cell, human
    CD8-positive, alpha-beta cytotoxic T cell
    CD4-positive, CD25-positive, alpha-beta regulatory T cell
    mucosal invariant T cell
    hematopoietic multipotent progenitor cell
    unknown`),
  'brain of the Cell Ontology': list(`
    L2/3-6 intratelencephalic projecting glutamatergic neuron
    L5 extratelencephalic projecting glutamatergic cortical neuron
    near-projecting glutamatergic cortical neuron
    corticothalamic-projecting glutamatergic cortical neuron
    caudal ganglionic eminence derived interneuron
    vip GABAergic cortical interneuron
    sst GABAergic cortical interneuron
    pvalb GABAergic cortical interneuron
    chandelier pvalb GABAergic cortical interneuron
    differentiation-committed oligodendrocyte precursor
    astrocyte of the cerebral cortex
    vascular leptomeningeal cell`),
  'lung of the Cell Ontology': list(`
    type I pneumocyte
    pulmonary alveolar type 2 cell
    ciliated columnar cell of tracheobronchial tree
    respiratory basal cell
    nasal mucosa goblet cell
    epithelial cell of lower respiratory tract
    endothelial cell of lymphatic vessel
    tracheobronchial smooth muscle cell
    bronchus fibroblast of lung
    lung resident memory CD8-positive, alpha-beta T cell`),
  'kidney of the Cell Ontology': list(`
    epithelial cell of proximal tubule
    kidney loop of Henle thick ascending limb epithelial cell
    kidney distal convoluted tubule epithelial cell
    kidney collecting duct principal cell
    renal alpha-intercalated cell
    kidney interstitial fibroblast
    glomerular endothelial cell
    parietal epithelial cell`),
  'sorted blood, with underscores': list(`
    CD4_positive_alpha_beta_T_cell
    CD8_positive_alpha_beta_T_cell
    CD14_positive_CD16_negative_classical_monocyte
    naive_thymus_derived_CD4_T_cell`),
  tissues: list(`
    upper lobe of left lung
    lower lobe of right lung
    mucosa of descending colon
    lamina propria of small intestine
    left cardiac atrium
    apex of heart ventricle
    middle temporal gyrus of cortex
    bone marrow of the femur`),
  diseases: list(`
    chronic obstructive pulmonary disease
    interstitial lung disease of the elderly
    B-cell acute lymphoblastic leukemia
    clear cell renal cell carcinoma
    arrhythmogenic right ventricular cardiomyopathy
    chronic kidney disease stage three`),
  'CD markers of five sorts': list(`
    CD8+ T cell effector memory
    CD4+ T cell central memory
    B cell memory IgG switched
    NK cell CD56 bright subset
    Monocyte CD14+ classical subset`),
};

/** Written as in notes of clinics and benches; none is of a real person. */
const NOTES = list(`
  Patient was admitted in March with fever and cough
  Lives alone, works as a baker in Leeds
  Complains of abdominal pain since three weeks
  Mother of two, smoker for twenty years
  T cell lymphoma, relapse after six cycles of CHOP
  Biopsy of the left lung taken during surgery
  62 year old male with type 2 diabetes
  female, 71 yo, retired teacher, breast cancer
  Refused second blood draw at the visit
  Consented only to use of blood cells
  Sample thawed twice by accident, ask Miriam
  B cells collected by Anna before lunch
  blood of Mr Thorne, tube two
  bone marrow from the sister of D4
  He felt dizzy while giving blood
  liver of a patient who died in Basel
  Patientin kam mit Fieber nach einer Reise
  Vater an Lungenkrebs gestorben, raucht nicht mehr
  Blut von Herrn aus Zimmer vier
  Prise de sang chez une femme enceinte
  douleur depuis deux mois, foie normal
  El paciente fue operado del colon
  La paziente vive con il marito
  patienten har smerter efter operation i leveren
  drawn on 3.5. at noon, left arm
  call ward 0152 33 before next sample
  record 4711203 T cell count low
  jan@clinic.example knows this liver donor
  heart transplant, third on the list
  only son, lives with aunt and uncle
  tumour removed in the small hospital
  no known allergies; takes warfarin daily
  walks with a stick, very kind
  won the regional swimming cup
  postman from the northern island
  likes jazz and long hikes
  first of three brothers with asthma
  Peter, B cell depleted, came late
  twins, one with colitis, one healthy
  village with the blue church tower
`);

describe('long labels', () => {
  it.each(Object.entries(LABELS))('%s are no free text', (_what, labels) => {
    for (const name of ['cell_type', 'x', 'author_label']) expect(isFreeText(name, labels, CELLS), name).toBe(false);
  });

  it('that hardly repeat are free text: labels are given to many cells', () => {
    for (const labels of Object.values(LABELS)) expect(isFreeText('cell_type', labels, 3 * labels.length)).toBe(false);
    for (const labels of Object.values(LABELS).slice(0, 2))
      expect(isFreeText('cell_type', labels, 3 * labels.length - 1)).toBe(true);
  });

  it('are told by the levels of an import', () => {
    const categories = LABELS['blood of the Cell Ontology'];
    const codes = Int32Array.from({ length: CELLS }, (_, i) => i % categories.length);
    expect(columnInfo({ name: 'cell_type', kind: 'categorical', categories, codes })).toMatchObject({
      privacy: 'open',
    });
  });
});

describe('notes', () => {
  it.each(['notes', 'cell_type', 'x', 'diagnosis', 'group'])(
    'in a column named %s are held back, one by one',
    (name) => {
      const told = NOTES.filter((note) => !isFreeText(name, [note], CELLS));
      expect(told).toEqual([]);
    },
  );

  it('are held back among labels: one in ten values is enough', () => {
    const labels = ['T cell', 'B cell', 'NK cell', 'monocyte', 'platelet'];
    const told = NOTES.filter((note) => note.split(' ').length > 4).filter(
      (note) => !isFreeText('cell_type', [...labels, note], CELLS),
    );
    expect(told).toEqual([]);
  });

  it('are told from numbers', () => {
    expect(isFreeText('comment', ['1', '2'], CELLS)).toBe(false);
    expect(isFreeText('comment', ['ok'], CELLS)).toBe(true);
    expect(isFreeText('cell_type', [], CELLS)).toBe(false);
  });
});
