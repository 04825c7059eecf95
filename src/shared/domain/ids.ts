import { z } from 'zod';

/** Hash of (kind, content hashes, step, step version, config, inputs), 64 hexadecimal digits. */
export const ArtifactId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'an artifact id has 64 hexadecimal digits')
  .brand('ArtifactId');
export type ArtifactId = z.infer<typeof ArtifactId>;

export const JobId = z
  .string()
  .regex(/^job-[0-9a-z]{6,32}$/, 'a job id looks like job-1a2b3c')
  .brand('JobId');
export type JobId = z.infer<typeof JobId>;
