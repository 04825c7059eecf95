import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Heads } from '../model.ts';
import { type FileSource, openFileSource } from './byte-source.ts';
import { configFromShapes, publishedHeads, publishedNames } from './layout.ts';
import { missing, type PublishedConfig, readPublishedConfig } from './published-config.ts';
import { readPytorchCheckpoint } from './pytorch-zip.ts';
import { readSafetensors } from './safetensors.ts';
import type { StoredTensors } from './stored-tensor.ts';
import { checkWarmUp } from './warm-up.ts';

/** A checkpoint whose header has been read; its tensors are read while it is open. */
export interface OpenCheckpoint {
  readonly folder: string;
  readonly source: FileSource;
  readonly format: 'pytorch' | 'safetensors';
  readonly published: PublishedConfig;
  /** By the names of the file. */
  readonly stored: StoredTensors;
  /** By the published names. */
  readonly tensors: StoredTensors;
  readonly config: Omit<ModelConfig, 'vocabularyHash'>;
  readonly heads: Heads;
}

const PUBLISHED_FILES = ['model.safetensors', 'pytorch_model.bin'];

/**
 * Reads the header of the checkpoint in a folder. The caller closes `source`.
 *
 * Throws: not-found, data-format or unsupported, with what is missing or refused.
 */
export function openCheckpoint(folder: string, fileName = findWeights(folder)): OpenCheckpoint {
  const published = readPublishedConfig(folder);
  if (!existsSync(join(folder, fileName))) throw missing(folder, fileName);
  const source = openFileSource(join(folder, fileName), fileName);
  try {
    const format = fileName.endsWith('.safetensors') ? 'safetensors' : 'pytorch';
    const stored = format === 'safetensors' ? readSafetensors(source).tensors : readPytorchCheckpoint(source);
    const tensors = publishedNames(stored);
    checkWarmUp(tensors, fileName);
    const { vocabularyHash: _, ...config } = configFromShapes(tensors, published, '', fileName);
    return { folder, source, format, published, stored, tensors, config, heads: publishedHeads(tensors, fileName) };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The published file names first; else the only file of weights there is. */
function findWeights(folder: string): string {
  if (!existsSync(folder)) throw missing(folder, 'config.json');
  const published = PUBLISHED_FILES.find((name) => existsSync(join(folder, name)));
  if (published) return published;
  const names = readdirSync(folder).sort();
  const index = names.find((name) => /\.(bin|safetensors)\.index\.json$/.test(name));
  if (index) {
    throw new WorkbenchError(
      'unsupported',
      `${index}: the model is split over several files; save it as one model.safetensors.`,
    );
  }
  const others = names.filter((name) => /\.(bin|pt|pth|safetensors)$/.test(name) && name !== 'training_args.bin');
  if (others.length === 1) return others[0];
  throw missing(folder, PUBLISHED_FILES.join(' or '));
}
