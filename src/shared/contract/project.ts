import { z } from 'zod';
import { field } from '../domain/field.ts';
import { procedure } from './base.ts';
import { ExportedFile } from './exported-file.ts';

export const ProjectInfo = z.object({
  path: z.string(),
  name: z.string(),
  createdAt: z.string(),
  sizeBytes: z.number(),
  schemaVersion: z.number().int(),
  /** The passphrase is printed in the documentation: nothing private belongs in this project. */
  isDemo: z.boolean(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

const passphrase = field(z.string().min(1), {
  title: 'Passphrase',
  help: 'Encrypts the project. It is never stored: without it or the recovery key nobody can read the project, not even you.',
});

export const AuditEntry = z.object({
  seq: z.number().int(),
  at: z.string(),
  who: z.string(),
  what: z.string(),
  /** What the user gave as the reason. */
  why: z.string().nullable().default(null),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditReport = z.object({
  intact: z.boolean(),
  /** Number of the first entry that was changed, moved or taken away. */
  brokenAt: z.number().int().nullable(),
  /** Entries written while the clock of the computer showed an earlier time than for the entry before. */
  clockSetBackAt: z.array(z.number().int()).default([]),
  /** Oldest first. */
  entries: z.array(AuditEntry),
});
export type AuditReport = z.infer<typeof AuditReport>;

export const project = {
  create: procedure({ help: 'Make a new encrypted project file and open it.', withoutProject: true })
    .input(
      z.object({
        path: field(z.string().min(1), {
          title: 'Project file',
          help: 'Where the project is saved; ends in .gcwproj.',
          source: 'file',
        }),
        passphrase,
        name: z.string().max(80).optional(),
      }),
    )
    .output(z.object({ project: ProjectInfo, recoveryKey: z.string() })),
  open: procedure({ help: 'Open a project file.', withoutProject: true })
    .input(z.object({ path: z.string().min(1), passphrase: passphrase.optional(), recoveryKey: z.string().optional() }))
    .output(ProjectInfo),
  close: procedure({
    help: 'Close the project; running jobs stop at their next checkpoint.',
    notOnCommandLine: true,
  }).output(z.object({})),
  info: procedure({ help: 'Say which project is open.', withoutProject: true }).output(ProjectInfo.nullable()),
  recent: procedure({
    help: 'Projects opened lately on this machine.',
    withoutProject: true,
    notOnCommandLine: true,
  }).output(z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.string(), exists: z.boolean() }))),
  audit: procedure({ help: 'Who did what and when, and whether the record is intact.' }).output(AuditReport),
  exportAudit: procedure({ help: 'Write the audit log as a text to print or keep: the last line proves it.' }).output(
    ExportedFile,
  ),
};
