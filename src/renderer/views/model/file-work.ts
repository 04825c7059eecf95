import type { ForwardReport } from '#shared/domain/forward.ts';
import { ForwardConfig } from '#shared/domain/forward.ts';
import {
  PublishedPerturbationConfig,
  type PublishedPerturbationReport,
} from '#shared/domain/published-perturbation.ts';
import type { useClient } from '../../api/client.ts';

export type FileWorkKind = 'forward' | 'perturbation';
export type FileWorkReport = ForwardReport | PublishedPerturbationReport;

type ModelClient = ReturnType<typeof useClient>['model'];

/** What a model computes of a file of tokens, straight to another file. */
export const FILE_WORK = {
  forward: {
    schema: ForwardConfig,
    fileName: 'forward.safetensors',
    start: (client: ModelClient, values: unknown, signal: AbortSignal) =>
      client.forward(ForwardConfig.parse(values), { signal }),
  },
  perturbation: {
    schema: PublishedPerturbationConfig,
    fileName: 'perturbation.csv',
    start: (client: ModelClient, values: unknown, signal: AbortSignal) =>
      client.publishedPerturbation(PublishedPerturbationConfig.parse(values), { signal }),
  },
} as const;

/** Fields the dialog asks for itself, or that its place answers. */
export const ASKED_APART: readonly string[] = ['model', 'checkpoint', 'inputs', 'out'];
