import { z } from 'zod';

/** The zod schema of a contract procedure's input, for forms. */
export function inputSchema(procedure: unknown): z.ZodType {
  const schema = (procedure as { '~orpc': { inputSchema?: unknown } })['~orpc'].inputSchema;
  return schema instanceof z.ZodType ? schema : z.object({});
}
