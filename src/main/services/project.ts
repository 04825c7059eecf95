import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { Project } from '#project/project.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.project);

/** Create, open and close the one project of a host. */
export function projectService({ workspace, host, openSession, recent }: ServiceDeps) {
  return os.router({
    create: os.create.handler(async ({ input }) => {
      if (!input.path.endsWith('.gcwproj')) {
        throw new WorkbenchError('invalid-input', `${input.path}: a project file ends in .gcwproj; add the ending.`);
      }
      const { project, recoveryKey } = await Project.create(input.path, {
        passphrase: input.passphrase,
        name: input.name ?? baseName(input.path),
      });
      await workspace.replace(openSession(project));
      project.audit.append({ what: 'project created' });
      const info = project.info();
      recent.remember(info);
      return { project: info, recoveryKey };
    }),
    open: os.open.handler(async ({ input }) => {
      const current = workspace.session;
      if (current && current.project.path === input.path && host.kind === 'cli') return current.project.info();
      const secret = input.recoveryKey ? { recoveryKey: input.recoveryKey } : { passphrase: input.passphrase ?? '' };
      const project = await Project.open(input.path, secret);
      await workspace.replace(openSession(project));
      project.audit.append({ what: 'project opened' });
      const info = project.info();
      recent.remember(info);
      return info;
    }),
    close: os.close.handler(async () => {
      await workspace.replace(null);
      return {};
    }),
    info: os.info.handler(() => workspace.session?.project.info() ?? null),
    recent: os.recent.handler(() => recent.list()),
    audit: os.audit.handler(() => {
      const { audit } = workspace.require().project;
      return { ...audit.verify(), entries: audit.entries() };
    }),
    exportAudit: os.exportAudit.handler(() => {
      const { audit } = workspace.require().project;
      const content = audit.exportText();
      audit.append({ what: 'audit log exported' });
      return { fileName: 'audit-log.tsv', mediaType: 'text/tab-separated-values', encoding: 'utf8' as const, content };
    }),
  });
}

function baseName(path: string): string {
  return path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.gcwproj$/, '');
}
