import { artifact } from './artifact.ts';
import { consensus } from './consensus.ts';
import { dataset } from './dataset.ts';
import { followUp } from './follow-up.ts';
import { host } from './host.ts';
import { jobs } from './jobs.ts';
import { project } from './project.ts';
import { tokens } from './tokens.ts';
import { model, preprocess, ranking, screen, training } from './work.ts';

/** The one contract of every host: namespaces, procedures, schemas, help, errors. */
export const contract = {
  project,
  dataset,
  preprocess,
  tokens,
  model,
  training,
  screen,
  ranking,
  consensus,
  followUp,
  jobs,
  artifact,
  host,
};
export type Contract = typeof contract;
