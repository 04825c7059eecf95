import type { ArtifactManifest } from '../domain/artifact.ts';
import { DOSAGE_SINCE } from './methods.ts';

/** A publication and which artifacts rest on it. */
interface Reference {
  text: string;
  isUsed(manifest: ArtifactManifest): boolean;
}

const trained = ({ kind, summary }: ArtifactManifest): boolean => kind === 'model' && !summary.imported;

const looksUpDosage = ({ kind, stepVersion }: ArtifactManifest): boolean =>
  kind === 'ranking' && stepVersion >= DOSAGE_SINCE;

const REFERENCES: readonly Reference[] = [
  {
    text: 'Yang X, Liu G, Feng G, et al. GeneCompass: deciphering universal gene regulatory mechanisms with a knowledge-informed cross-species foundation model. Cell Res 2024;34:830–845. doi 10.1038/s41422-024-01034-y (model, rank-value encoding with values)',
    isUsed: () => true,
  },
  {
    text: 'Theodoris CV, Xiao L, Chopra A, et al. Transfer learning enables predictions in network biology. Nature 2023;618:616–624. doi 10.1038/s41586-023-06139-9 (in-silico perturbation of rank-encoded cells)',
    isUsed: ({ kind }) => kind === 'screen',
  },
  {
    text: 'Efron B. Bootstrap methods: another look at the jackknife. Ann Stat 1979;7:1–26. doi 10.1214/aos/1176344552 (intervals)',
    isUsed: ({ kind }) => kind === 'screen',
  },
  {
    text: 'Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. J R Stat Soc B 1995;57:289–300. doi 10.1111/j.2517-6161.1995.tb02031.x (FDR)',
    isUsed: ({ kind }) => kind === 'ranking',
  },
  {
    text: 'Han H, Cho JW, Lee S, et al. TRRUST v2: an expanded reference database of human and mouse transcriptional regulatory interactions. Nucleic Acids Res 2018;46:D380–D386. doi 10.1093/nar/gkx1013 (published targets)',
    isUsed: ({ kind }) => kind === 'ranking',
  },
  {
    text: 'Lambert SA, Jolma A, Campitelli LF, et al. The human transcription factors. Cell 2018;172:650–665. doi 10.1016/j.cell.2018.01.029 (transcription factors)',
    isUsed: ({ kind }) => kind === 'ranking',
  },
  {
    text: 'Rehm HL, Berg JS, Brooks LD, et al. ClinGen: the Clinical Genome Resource. N Engl J Med 2015;372:2235–2242. doi 10.1056/NEJMsr1406261 (dosage sensitivity)',
    isUsed: looksUpDosage,
  },
  {
    text: 'Finan C, Gaulton A, Kruger FA, et al. The druggable genome and support for target identification and validation in drug development. Sci Transl Med 2017;9:eaag1166. doi 10.1126/scitranslmed.aag1166 (druggable families)',
    isUsed: looksUpDosage,
  },
  {
    text: 'Wolock SL, Lopez R, Klein AM. Scrublet: computational identification of cell doublets in single-cell transcriptomic data. Cell Syst 2019;8:281–291. doi 10.1016/j.cels.2018.11.005 (doublet scores)',
    isUsed: ({ kind, summary }) => kind === 'quality' && Boolean(summary.doubletsScored),
  },
  {
    text: 'Loshchilov I, Hutter F. Decoupled weight decay regularization. ICLR 2019. arXiv 1711.05101 (training)',
    isUsed: trained,
  },
  {
    text: 'Hu EJ, Shen Y, Wallis P, et al. LoRA: low-rank adaptation of large language models. ICLR 2022. arXiv 2106.09685 (adapters)',
    isUsed: (manifest) =>
      trained(manifest) && Number((manifest.config.lora as { rank?: unknown } | undefined)?.rank) > 0,
  },
  {
    text: 'Aran D, Looney AP, Liu L, et al. Reference-based analysis of lung single-cell sequencing reveals a transitional profibrotic macrophage. Nat Immunol 2019;20:163–172. doi 10.1038/s41590-018-0276-y (reference labels)',
    isUsed: ({ kind }) => kind === 'labels',
  },
];

/** What a chain of artifacts rests on, as lines for a list of references. */
export function referencesFor(chain: readonly ArtifactManifest[]): string[] {
  return REFERENCES.filter(({ isUsed }) => chain.some(isUsed)).map(({ text }) => text);
}
