import { describe, expect, it } from 'vitest';
import type { PrivacyReason } from '#shared/domain/annotation.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { canGroup, namesDonors, suggestedRoles } from '#shared/domain/suggested-roles.ts';

const column = (
  name: string,
  nDistinct = 4,
  kind: ObsColumnInfo['kind'] = 'categorical',
  privacyReason?: PrivacyReason,
) => ({
  name,
  nDistinct,
  kind,
  ...(kind === 'number' ? { isWhole: true as const } : {}),
  ...(privacyReason ? { privacyReason } : {}),
});
const none = { label: null, donor: null, sample: null, batch: null, condition: null };

describe('what annotations seem to be used for', () => {
  it('is told from names and fill, the first of a file winning', () => {
    const columns = ['orig.ident', 'donor', 'batch', 'stim', 'cell_type', 'seurat_clusters'].map((name) =>
      column(name),
    );
    expect(suggestedRoles(columns)).toEqual({
      label: 'cell_type',
      donor: 'donor',
      sample: 'orig.ident',
      batch: 'batch',
      condition: 'stim',
    });
  });

  it.each<[string, ReturnType<typeof column>[], object]>([
    [
      'what is said of donors names none',
      [column('donor_age'), column('patient.sex'), column('PatientID')],
      { donor: 'PatientID' },
    ],
    ['a sample stands for its donor where nothing else does', [column('sample_id')], { donor: 'sample_id' }],
    ['a donor comes before an animal', [column('embryo'), column('subject')], { donor: 'subject' }],
    ['a score of a cluster is no cluster', [column('cluster_score', 150, 'number')], {}],
    ['whole numbers may be clusters', [column('leiden', 12, 'number')], { label: 'leiden' }],
    ['numbers of everything are not', [column('cluster_distance', 900, 'number')], {}],
    ['text names cells', [column('cell_type', 50, 'text')], {}],
    ['one value is no group', [column('donor', 1), column('condition', 1)], {}],
    ['dates are no donors', [column('patient_seen', 4, 'categorical', 'date')], {}],
    ['people may be donors', [column('patient', 4, 'categorical', 'person')], { donor: 'patient' }],
    ['nothing at all', [], {}],
  ])('%s', (_what, columns, expected) => {
    expect(suggestedRoles(columns)).toEqual({ ...none, ...expected });
  });

  it('of several files takes their own column for samples, and for donors where nothing else names them', () => {
    expect(suggestedRoles([column('sample', 3), column('library', 2)], 'sample')).toEqual({
      ...none,
      donor: 'sample',
      sample: 'sample',
    });
    expect(suggestedRoles([column('sample', 3), column('mouse_id', 2)], 'sample')).toMatchObject({
      donor: 'mouse_id',
      sample: 'sample',
    });
  });

  it('needs groups', () => {
    expect([column('a'), column('b', 2, 'boolean'), column('c', 200, 'number')].every(canGroup)).toBe(true);
    expect([column('a', 9, 'text'), column('b', 201, 'number')].some(canGroup)).toBe(false);
    expect(canGroup({ kind: 'number', nDistinct: 3 })).toBe(false);
  });
});

/** Columns as the source writes them, in its order; `=` gives values, `*n` the number of distinct ones. */
function named(text: string) {
  return text.split(/\s*;\s*/).map((one) => {
    const [, name, values, n] = /^(.*?)(?:=(.*?))?(?:\*(\d+))?$/.exec(one)!;
    const categories = values?.split('|').map((value) => ({ value, nCells: 20 }));
    return {
      ...column(name, n ? Number(n) : (categories?.length ?? 4)),
      privacy: 'open' as const,
      ...(categories ? { categories } : {}),
    };
  });
}

describe('columns of public data sets', () => {
  it.each<[string, string, object]>([
    [
      'CELLxGENE schema 5',
      'assay_ontology_term_id; cell_type_ontology_term_id; development_stage_ontology_term_id; disease_ontology_term_id; self_reported_ethnicity_ontology_term_id; sex_ontology_term_id; tissue_ontology_term_id; tissue_type=tissue|organoid; suspension_type=cell|nucleus; donor_id; is_primary_data*1; cell_type; assay; disease; organism*1; sex; tissue; self_reported_ethnicity; development_stage; observation_joinid*900',
      { label: 'cell_type', donor: 'donor_id', condition: 'disease' },
    ],
    [
      'CELLxGENE with the columns of the authors',
      'sample_id; library_id; author_cell_type; donor_id; sample_collection_site; sample_derivation_process; donor_living_at_sample_collection; cell_type; disease',
      { label: 'cell_type', donor: 'donor_id', sample: 'sample_id', condition: 'disease' },
    ],
    ['scanpy pbmc3k', 'n_genes*80; percent_mito; n_counts; louvain', { label: 'louvain' }],
    [
      'scanpy pbmc68k_reduced',
      'bulk_labels; n_genes; percent_mito; n_counts; S_score; G2M_score; phase; louvain',
      { label: 'bulk_labels' },
    ],
    ['scanpy paul15', 'paul15_clusters', { label: 'paul15_clusters' }],
    ['scanpy concat', 'batch; leiden; leiden_R', { label: 'leiden', batch: 'batch' }],
    ['scvelo pancreas', 'clusters_coarse; clusters; S_score; G2M_score', { label: 'clusters_coarse' }],
    [
      'Seurat ifnb',
      'orig.ident; nCount_RNA*150; nFeature_RNA*150; stim; seurat_annotations; integrated_snn_res.0.5; seurat_clusters',
      { label: 'seurat_annotations', sample: 'orig.ident', condition: 'stim' },
    ],
    ['Seurat clusters alone', 'orig.ident*1; RNA_snn_res.0.8; seurat_clusters', { label: 'RNA_snn_res.0.8' }],
    [
      'Azimuth',
      'orig.ident*1; predicted.celltype.l1.score; predicted.celltype.l1; predicted.celltype.l2.score; predicted.celltype.l2; mapping.score',
      { label: 'predicted.celltype.l1' },
    ],
    [
      'Seurat multimodal',
      'lane; donor; time; celltype.l1; celltype.l2; celltype.l3; Phase',
      { label: 'celltype.l1', donor: 'donor', batch: 'lane' },
    ],
    ['Seurat label transfer', 'tech; predicted.id; prediction.score.max', { label: 'predicted.id', batch: 'tech' }],
    [
      'hashtags',
      'hash.ID; HTO_classification.global; seurat_clusters',
      { label: 'seurat_clusters', sample: 'hash.ID' },
    ],
    [
      'Kang as published',
      'ind; stim; cluster; cell; multiplets',
      { label: 'cluster', donor: 'ind', condition: 'stim' },
    ],
    ['10x aggr', 'library_id; gem_group', { sample: 'library_id', batch: 'gem_group' }],
    ['10x multi', 'sample_id; donor; origin', { donor: 'donor', sample: 'sample_id' }],
    ['Loupe', 'Barcode*900; LibraryID; Graph-based', { label: 'Graph-based', sample: 'LibraryID' }],
    ['SingleR', 'Sample; SingleR.labels; SingleR.pruned.labels', { label: 'SingleR.labels', donor: 'Sample' }],
    [
      'CellTypist',
      'sample; predicted_labels; over_clustering; majority_voting; conf_score',
      { label: 'predicted_labels', donor: 'sample' },
    ],
    ['scRNAseq: Baron, Muraro', 'donor; plate; label', { label: 'label', donor: 'donor', batch: 'plate' }],
    [
      'scRNAseq: Zeisel',
      'tissue; total mRNA mol*180; well; sex; age; level1class; level2class',
      { label: 'level1class' },
    ],
    [
      'scRNAseq: Segerstolpe',
      'individual; cell type; disease; sex; age',
      { label: 'cell type', donor: 'individual', condition: 'disease' },
    ],
    [
      'Tabula Sapiens',
      'organ_tissue; method; donor; anatomical_information; n_counts_UMIs; n_genes; cell_ontology_class; free_annotation; manually_annotated; compartment; gender',
      { label: 'cell_ontology_class', donor: 'donor' },
    ],
    [
      'Tabula Muris',
      'cell_ontology_class; cell_ontology_id; channel; mouse.id; mouse.sex; subtissue; tissue',
      { label: 'cell_ontology_class', donor: 'mouse.id', batch: 'channel' },
    ],
    [
      'Human Lung Cell Atlas',
      'sample; study; subject_ID; smoking_status; BMI; condition; subject_type; sample_type; dataset; ann_level_1; ann_level_2; ann_finest_level; scanvi_label',
      { label: 'ann_level_1', donor: 'subject_ID', sample: 'sample', batch: 'study', condition: 'condition' },
    ],
    [
      'Allen Brain',
      'library_label; donor_label; donor_sex_label; region_label; class_label; subclass_label; cluster_label; cluster_color',
      { label: 'subclass_label', donor: 'donor_label', sample: 'library_label' },
    ],
    [
      'scIB',
      'batch; chemistry; data_type; dpt_pseudotime; final_annotation; species; study; tissue',
      { label: 'final_annotation', batch: 'batch' },
    ],
    ['scIB pancreas', 'tech; celltype; size_factors', { label: 'celltype', batch: 'tech' }],
    [
      'NeurIPS 2021',
      'GEX_n_genes*90; cell_type; batch; Samplename; Site; DonorNumber; DonorAge; DonorSmoker',
      { label: 'cell_type', donor: 'DonorNumber', sample: 'Samplename', batch: 'batch' },
    ],
    [
      'lupus',
      'batch_cov; ind_cov; Processing_Cohort; ct_cov; cg_cov; SLE_status',
      { label: 'ct_cov', donor: 'ind_cov', batch: 'batch_cov', condition: 'SLE_status' },
    ],
    [
      'COVID-19',
      'sample_id; patient_id; Status_on_day_collection; Site; initial_clustering; full_clustering; Days_from_onset',
      { label: 'initial_clustering', donor: 'patient_id', sample: 'sample_id', batch: 'Site' },
    ],
    [
      'scPerturb',
      'guide_id; perturbation; perturbation_type; cell_line; celltype; dose_value; replicate',
      { label: 'celltype', donor: 'replicate', condition: 'perturbation' },
    ],
    [
      'sci-Plex',
      'cell_line; product_name; replicate; dose; time_point',
      { label: 'cell_line', donor: 'replicate', condition: 'product_name' },
    ],
    ['scmixology', 'cell_line_demuxlet; demuxlet_cls; number_of_genes', { label: 'cell_line_demuxlet' }],
    [
      'Single Cell Portal',
      'biosample_id; donor_id; species__ontology_label; disease__ontology_label; cell_type__ontology_label; cell_type__custom',
      { label: 'cell_type__ontology_label', donor: 'donor_id', sample: 'biosample_id' },
    ],
    [
      'Geneformer',
      'individual; age; sex; disease; cell_type',
      { label: 'cell_type', donor: 'individual', condition: 'disease' },
    ],
    ['vireo', 'donor_id; prob_max; prob_doublet; best_singlet', { donor: 'donor_id' }],
    [
      'Jaitin: plain names, told by their values',
      'sequencing_batch; amplification_batch; mouse_ID; plate_id; number_of_cells; sorting_markers=CD4m|CLP|HSC; group_name=B cell|CD8+CD86+|CD8-pDC|GC B cell|NK_cell|splenocyte',
      { label: 'group_name', donor: 'mouse_ID', batch: 'sequencing_batch' },
    ],
    ['a group of treatments is a condition', 'group=control|treated|washout', { condition: 'group' }],
    ['any name with values of cells', 'X1=Naive B cells|NK cells|Monocytes; sex=f|m', { label: 'X1' }],
    [
      'a disease of cells is no state',
      'disease=B-cell lymphoma|T-cell leukemia; suspension_type=cell|nucleus',
      { condition: 'disease' },
    ],
    ['cell names before clusters', 'seurat_clusters; ident=Fibroblasts|Macrophages', { label: 'ident' }],
  ])('%s', (_what, columns, expected) => {
    const found = suggestedRoles(named(columns));
    const told = Object.fromEntries(Object.entries(found).filter(([, name]) => name !== null));
    // A sample that stands for its donor is no suggestion for samples.
    expect(told).toEqual(expected);
  });

  it('reads no value of a column that is not open', () => {
    const [open] = named('X1=Naive B cells|NK cells|Monocytes');
    expect(suggestedRoles([open]).label).toBe('X1');
    for (const privacy of ['limited', 'restricted'] as const)
      expect(suggestedRoles([{ ...open, privacy }]).label).toBeNull();
    expect(suggestedRoles([{ ...column('cell_type'), privacy: 'restricted' }]).label).toBeNull();
    expect(suggestedRoles([{ ...column('condition'), privacy: 'restricted' }]).condition).toBeNull();
    expect(
      suggestedRoles([{ ...column('batch', 4, 'categorical', 'person'), privacy: 'restricted' }]).batch,
    ).toBeNull();
  });

  it('tells donors from what is said of them', () => {
    for (const name of ['donor', 'PatientID', 'subject_no', 'ind', 'external_donor_name_label', 'participant'])
      expect(namesDonors(name), name).toBe(true);
    for (const name of [
      'donor_age',
      'patient.sex',
      'donor_living_at_sample_collection',
      'individual_cells',
      'industry',
    ])
      expect(namesDonors(name), name).toBe(false);
  });
});
