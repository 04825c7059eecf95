import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import { artifactService } from './artifact.ts';
import { consensusService } from './consensus.ts';
import { datasetService } from './dataset.ts';
import type { ServiceDeps } from './deps.ts';
import { followUpService } from './follow-up.ts';
import { hostService } from './host.ts';
import { jobsService } from './jobs.ts';
import { plainErrors } from './middleware.ts';
import { projectService } from './project.ts';
import { tokensService } from './tokens.ts';
import { modelService, preprocessService, rankingService, screenService, trainingService } from './work.ts';

/** The router every host serves: one service per namespace of the contract. */
export function createServices(deps: ServiceDeps) {
  return implement(contract)
    .use(plainErrors)
    .router({
      project: projectService(deps),
      dataset: datasetService(deps),
      preprocess: preprocessService(deps),
      tokens: tokensService(deps),
      model: modelService(deps),
      training: trainingService(deps),
      screen: screenService(deps),
      ranking: rankingService(deps),
      consensus: consensusService(deps),
      followUp: followUpService(deps),
      jobs: jobsService(deps),
      artifact: artifactService(deps),
      host: hostService(deps),
    });
}

export type Services = ReturnType<typeof createServices>;
