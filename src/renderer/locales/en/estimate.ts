import { ESTIMATE_ENGLISH } from '#shared/estimate/english.ts';

/** The command line and the log of a job use the same texts. */
export default {
  ...ESTIMATE_ENGLISH,
  asking: 'Foretelling time, memory and disk: a few passes of the model are tried.',
};
