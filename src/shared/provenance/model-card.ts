import type { LibraryModel } from '../domain/library.ts';
import { PUBLISHED_BASE as BASE } from '../domain/model.ts';
import { printable } from '../util/printable.ts';

const LAYOUTS: Record<LibraryModel['checkpoint']['layout'], string> = {
  scalar: 'expression values enter as plain numbers, as in the published Base',
  encoder: 'expression values pass a network of their own, as in one layout of the published Small',
  fused: 'expression values are mixed into the gene vector, as in one layout of the published Small',
};

const count = (value: number): string => value.toLocaleString('en-US');
const list = (items: readonly string[]): string => items.map((item) => `* ${item}`).join('\n');

/** The card of an imported model as Markdown. */
export function modelCardText(model: LibraryModel): string {
  const { title, id, sources, files, warnings, checkpoint } = model;
  const parts = [
    `# ${title}`,
    `An imported GeneCompass model, kept in the model library of this computer as ${id} since ${model.importedAt.slice(0, 10)}.`,
    `No licence is stated by its authors; you brought it; do not redistribute it.`,
    section('What it is', list(descriptionOf(model))),
    section('Vocabulary', list(vocabularyOf(model))),
    section('Imported from', list(sources.map(fileLine))),
    section('Kept as', list(files.map(fileLine))),
  ];
  if (checkpoint.notes.length > 0) parts.push(section('How it was read', list(checkpoint.notes)));
  const ignored = checkpoint.ignored;
  if (ignored.length > 0) parts.push(section('Left out: tensors the model has no place for', list(ignored)));
  const { refused } = checkpoint.auxiliary;
  if (refused.length > 0) {
    parts.push(
      section('Left out: files that could not be read', list(refused.map(({ file, reason }) => `${file}: ${reason}`))),
    );
  }
  if (warnings.length > 0) parts.push(section('To know', list(warnings)));
  return `${printable(parts.join('\n\n'))}\n`;
}

function descriptionOf({ config, checkpoint, classes }: LibraryModel): string[] {
  const { nTensors, nElements, heads, homologs, ties } = checkpoint;
  const priors = config.priors.map(({ name, width }) => `${name} (${width})`).join(', ');
  return [
    `${config.nLayers} layers, ${config.nHeads} attention heads, width ${config.width}, feed-forward width ${config.feedForwardWidth}, ${config.activation}`,
    `up to ${count(config.maxLength)} genes per cell; ${LAYOUTS[checkpoint.layout]}`,
    `prior knowledge: ${priors || 'none'}; ${config.learnedIds ? 'learned gene vectors' : 'no learned gene vectors'}`,
    `${count(checkpoint.nParameters)} trained numbers in ${count(nTensors)} tensors of ${count(nElements)} elements (${checkpoint.format}); ` +
      (checkpoint.matchesBase
        ? 'exactly those of the published Base'
        : `the published Base has ${count(BASE.nTensors)} tensors of ${count(BASE.nElements)} elements`),
    headsLine(heads, classes),
    homologs
      ? `homolog index: ${count(homologs.nChanged)} human genes lead to a mouse row${homologs.injective ? '' : ', some to the same one'}`
      : 'no homolog index: mouse cells use human rows',
    ...ties.map(({ names, how }) => `${names.join(' = ')}: ${how}`),
  ];
}

function headsLine(heads: LibraryModel['checkpoint']['heads'], classes: readonly string[] | null): string {
  switch (heads.kind) {
    case 'masked':
      return 'pretraining heads for gene identity and value';
    case 'classifier':
      return `a classifier of ${count(heads.classes)} states: ${(classes ?? []).join(', ')}`;
    case 'none':
      return 'no heads';
  }
}

function vocabularyOf({ vocabulary }: LibraryModel): string[] {
  if (!vocabulary) {
    return ['no token dictionary came with it: it runs on token ids, but no cells can be prepared for it'];
  }
  const { id, nTokens, nHumanGenes, nMouseGenes, nHomologs, nMedians } = vocabulary;
  return [
    `${count(nTokens)} tokens: ${count(nHumanGenes)} human and ${count(nMouseGenes)} mouse genes (${id})`,
    `${count(nHomologs)} mouse genes are written as their human homolog`,
    nMedians === null
      ? 'no gene medians came with it: those of your own cells are used'
      : `medians of ${count(nMedians)} genes came with it`,
  ];
}

function fileLine({ name, sizeBytes, sha256 }: LibraryModel['files'][number]): string {
  return `${name}, ${count(sizeBytes)} bytes, SHA-256 ${sha256}`;
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}
