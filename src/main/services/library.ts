import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ModelCardText } from '#shared/contract/library.ts';
import type { LibraryEntry, LibraryModel } from '#shared/domain/library.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { modelCardText } from '#shared/provenance/model-card.ts';
import { sizeOf } from '#library/model-library.ts';
import type { ServiceDeps } from './deps.ts';
import { useModel } from './use-model.ts';
import { workStream } from './work-stream.ts';

const os = implement(contract.model);

/** Imported models; a part of the service of the namespace `model`. */
export function libraryHandlers({ workspace, engine, library }: ServiceDeps) {
  return {
    inspect: os.inspect.handler(({ input }) => engine.call('inspectCheckpoint', input)),
    import: os.import.handler(({ input, signal }) =>
      workStream(async (options) => {
        const { model, isNew } = await engine.call('importModel', input, options);
        return { id: model.id, isNew, ...card(model) };
      }, signal),
    ),
    library: os.library.handler(() => {
      const { models, unreadable } = library.list();
      return [...models.map(entry), ...unreadable.map(({ id, problem }) => ({ ...UNKNOWN, id, problem }))];
    }),
    show: os.show.handler(({ input }) => card(library.get(input.model))),
    verify: os.verify.handler(({ input, signal }) => {
      const { id, title } = library.get(input.model);
      return workStream(async (options) => {
        await engine.call('verifyModel', { model: id }, options);
        return { id, title, intact: true as const };
      }, signal);
    }),
    remove: os.remove.handler(({ input }) => {
      const { id, title } = library.find(input.model);
      if (!input.confirm) {
        const nHere = workspace.session?.project.artifacts
          .list({ kind: 'model' })
          .filter(({ summary }) => (summary.imported as { model?: string } | undefined)?.model === id).length;
        const here = nHere ? 'the open project uses it, and ' : '';
        throw new WorkbenchError(
          'conflict',
          `${title}: ${here}closed projects may refer to it, which cannot be seen from here; they could not run it until it is imported again. Say --confirm to remove it all the same.`,
          { details: { id } },
        );
      }
      library.remove(id);
      return { id, title };
    }),
    use: os.use.handler(async ({ input }) => {
      const { project } = workspace.require();
      return await useModel(project.artifacts, library, input.model);
    }),
  };
}

const UNKNOWN = {
  title: '(unreadable)',
  nParameters: null,
  nLayers: null,
  width: null,
  maxLength: null,
  layout: null,
  heads: null,
  nGenes: null,
  sizeBytes: 0,
  importedAt: null,
};

function entry(model: LibraryModel): LibraryEntry {
  const { id, title, config, checkpoint, vocabulary, importedAt } = model;
  return {
    id,
    title,
    nParameters: checkpoint.nParameters,
    nLayers: config.nLayers,
    width: config.width,
    maxLength: config.maxLength,
    layout: checkpoint.layout,
    heads: checkpoint.heads.kind,
    nGenes: vocabulary && vocabulary.nHumanGenes + vocabulary.nMouseGenes,
    sizeBytes: sizeOf(model),
    importedAt,
    problem: null,
  };
}

function card(model: LibraryModel): ModelCardText {
  return {
    model,
    fileName: `model-${model.id.slice(0, 12)}.md`,
    mediaType: 'text/markdown',
    content: modelCardText(model),
  };
}
