import { z } from 'zod';

/** A file for the user to keep. Bytes travel as base64, so that all three connections carry the same text. */
export const ExportedFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  content: z.string(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** Media type of an Excel workbook. */
export const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
