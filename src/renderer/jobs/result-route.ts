import type { RouteLocationRaw } from 'vue-router';
import type { Job } from '#shared/domain/job.ts';
import type { useProject } from '../state/project.ts';

type Project = ReturnType<typeof useProject>;

/** The page that shows what a job made; null where the project does not hold it. */
export function resultRoute(job: Job, project: Project): RouteLocationRaw | null {
  const pages = [
    ['dataset', project.datasets],
    ['tokens', project.tokens],
    ['model', project.models],
    ['screen', project.screens],
    ['ranking', project.rankings],
    ['follow-up', project.followUps],
  ] as const;
  for (const id of [...job.outputs].reverse())
    for (const [name, list] of pages) if (list.some((one) => one.id === id)) return { name, params: { id } };
  const isOfDataset = job.kind === 'layout' || job.kind === 'markers' || job.kind === 'annotate';
  if (isOfDataset && typeof job.input.dataset === 'string')
    return { name: 'dataset', params: { id: job.input.dataset } };
  if (job.kind === 'quality' && typeof job.input.dataset === 'string')
    return { name: 'dataset', params: { id: job.input.dataset }, query: { tab: 'quality' } };
  if (job.kind === 'embed' && typeof job.input.model === 'string')
    return { name: 'model', params: { id: job.input.model } };
  if (job.kind === 'consensus' && Array.isArray(job.input.rankings))
    return { name: 'ranking', params: { id: String(job.input.rankings[0]) }, query: { tab: 'consensus' } };
  return null;
}
