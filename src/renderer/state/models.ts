import type { Model, Tokens } from './project.ts';

/** How a model is spoken of in a line of facts. */
export function modelKind(model: Model): 'imported' | 'pretrained' | 'finetuned' {
  if (model.imported) return 'imported';
  return model.stage === 'pretrained' ? 'pretrained' : 'finetuned';
}

/** Whether cells are written in the genes a model knows; numbers of another vocabulary mean other genes to it. */
export function canRead(model: Model, tokens: Tokens): boolean {
  return model.config.vocabularyHash === tokens.vocabularyHash;
}

/** Id of the vocabulary that cells for a model are prepared with; null where the model came without one. */
export function vocabularyOf(model: Model, tokens: readonly Tokens[]): string | null {
  if (model.imported) return model.imported.vocabulary;
  return tokens.find((one) => canRead(model, one))?.vocabulary ?? null;
}

/** The newest cells that a model can read: its own where it learned from any. */
export function cellsFor(model: Model, tokens: readonly Tokens[]): Tokens | undefined {
  return tokens.find((one) => one.id === model.tokens) ?? tokens.findLast((one) => canRead(model, one));
}

export interface VocabularyChoice {
  /** Id of the vocabulary. */
  id: string;
  /** A model that reads it: an imported one before one of the project's own. */
  model: Model;
}

/** Vocabularies of the models of a project, each once, imported ones first, then the newest. */
export function vocabularyChoices(models: readonly Model[], tokens: readonly Tokens[]): VocabularyChoice[] {
  const found = new Map<string, VocabularyChoice>();
  const newestFirst = [...models].reverse();
  for (const model of [...newestFirst.filter((one) => one.imported), ...newestFirst]) {
    const id = vocabularyOf(model, tokens);
    if (id && !found.has(id)) found.set(id, { id, model });
  }
  return [...found.values()];
}

/** The imported model that cells were prepared for, where they were. */
export function importedReader(tokens: Tokens, models: readonly Model[]): Model | undefined {
  return models.findLast((one) => one.imported !== undefined && canRead(one, tokens));
}
