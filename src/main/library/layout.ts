import path from 'node:path';

/** Files of a library model. */
export const MODEL_FILE = 'model.safetensors';
export const VOCABULARY_FILE = 'vocabulary.json';
export const MANIFEST_FILE = 'manifest.json';

/** A model that is being written or removed; its name holds the process that does it. */
export const UNFINISHED = /^\.(?:incoming|removed)-(\d+)-/;

/** Folder of the library within the folder where the program keeps what belongs to no project. */
export function modelsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'models');
}
