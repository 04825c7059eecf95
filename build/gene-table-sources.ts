export interface Source {
  name: string;
  version: string;
  licence: string;
  credit: string;
  url: string;
}

/** Where the shipped gene tables come from; every entry is credited in resources/CREDITS.md. */
export const SOURCES = {
  hgnc: {
    name: 'HGNC complete set',
    version: '2024-10',
    licence: 'CC0-1.0',
    credit: 'HUGO Gene Nomenclature Committee at the European Bioinformatics Institute and the University of Cambridge',
    url: 'https://www.genenames.org',
  },
  gencodeHuman: {
    name: 'GENCODE human genes',
    version: '49',
    licence: 'open access, free of restriction (GENCODE data access policy)',
    credit: 'Mudge JM et al. GENCODE 2025. Nucleic Acids Res 2025;53:D966',
    url: 'https://www.gencodegenes.org/human/',
  },
  tenx: {
    name: 'Gene names of the 10x Genomics reference of GRCh37',
    version: '2016',
    licence: 'CC-BY-4.0',
    credit:
      'Zheng GXY et al. Massively parallel digital transcriptional profiling of single cells. Nat Commun 2017;8:14049',
    url: 'https://www.10xgenomics.com',
  },
  gencodeMouse: {
    name: 'GENCODE mouse genes',
    version: 'M38',
    licence: 'open access, free of restriction (GENCODE data access policy)',
    credit: 'Mudge JM et al. GENCODE 2025. Nucleic Acids Res 2025;53:D966',
    url: 'https://www.gencodegenes.org/mouse/',
  },
  mgi: {
    name: 'MGI homology classes and markers',
    version: '2024-11',
    licence: 'CC-BY-4.0',
    credit:
      'Baldarelli RM et al. Mouse Genome Informatics: an integrated knowledgebase system. Genetics 2024;227:iyae031',
    url: 'https://www.informatics.jax.org',
  },
  lambert: {
    name: 'Human transcription factors',
    version: '2018',
    licence: 'list of facts, cited',
    credit: 'Lambert SA et al. The Human Transcription Factors. Cell 2018;172:650-665',
    url: 'https://humantfs.ccbr.utoronto.ca',
  },
  clingen: {
    name: 'ClinGen dosage sensitivity: genes with haploinsufficiency score 3 (sufficient evidence)',
    version: '2026-04-25, and 2018-09-13 for genes that are not scored there',
    licence: 'CC0-1.0',
    credit:
      'Clinical Genome Resource (ClinGen). Rehm HL et al. ClinGen: the Clinical Genome Resource. N Engl J Med 2015;372:2235-2242',
    url: 'https://clinicalgenome.org/docs/terms-of-use/',
  },
  hallmark: {
    name: 'MSigDB hallmark gene sets',
    version: '2025',
    licence: 'CC-BY-4.0',
    credit:
      'Liberzon A et al. The Molecular Signatures Database hallmark gene set collection. Cell Syst 2015;1:417-425',
    url: 'https://www.gsea-msigdb.org',
  },
  trrust: {
    name: 'TRRUST',
    version: '2',
    licence: 'CC-BY-SA-4.0',
    credit:
      'Han H et al. TRRUST v2: an expanded reference database of human and mouse transcriptional regulatory interactions. Nucleic Acids Res 2018;46:D380-D386',
    url: 'https://www.grnpedia.org/trrust/',
  },
  own: {
    name: 'Published cocktails and names of cell types',
    version: '1',
    licence: 'MIT',
    credit: 'GeneCompass Workbench; every cocktail names its publication, cell types are named as in the Cell Ontology',
    url: 'https://obofoundry.org/ontology/cl.html',
  },
} as const satisfies Record<string, Source>;
