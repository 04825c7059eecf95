import { beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { PlateConfig } from '#shared/domain/plate.ts';
import { Project } from '#project/project.ts';
import { readShortlist, writeShortlist } from '#project/stored/shortlist.ts';
import { makeProject, PASSPHRASE, planOf, thrownBy, useFolder } from './support.ts';

const { file, track } = useFolder();
let project: Project;

beforeEach(async () => {
  project = track((await makeProject(file())).project);
});

function store(part: Parameters<typeof planOf>[0] = {}, content: unknown = { hello: 'world' }): ArtifactManifest {
  const draft = project.artifacts.draft(planOf(part));
  draft.blob('content', content);
  return draft.commit({ nCells: 2 });
}

describe('an artifact', () => {
  it('comes back as it was written', async () => {
    const draft = project.artifacts.draft(planOf());
    draft.blob('genes', [{ id: 'ENSG00000105610', symbol: 'KLF1' }]);
    draft.blob('counts', Float32Array.of(1.5, -2, 3));
    draft.blob('cells', Int32Array.of(7, 8));
    draft.blob('page', new TextEncoder().encode('<html>'));
    draft.blob('nothing', new Uint8Array(0));
    const { id } = draft.commit({ nCells: 2, labels: ['B', 'T'] });
    project.close();
    project = track(await Project.open(file(), { passphrase: PASSPHRASE }));
    const { artifacts } = project;
    expect(artifacts.get(id)).toMatchObject({
      kind: 'dataset',
      title: 'pbmc',
      summary: { nCells: 2, labels: ['B', 'T'] },
    });
    expect(artifacts.get(id).blobs.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['cells', 8],
      ['counts', 12],
      ['genes', 42],
      ['nothing', 0],
      ['page', 6],
    ]);
    expect(artifacts.readJson(id, 'genes')).toEqual([{ id: 'ENSG00000105610', symbol: 'KLF1' }]);
    expect(artifacts.readTyped(id, 'counts', 'float32')).toEqual(Float32Array.of(1.5, -2, 3));
    expect(artifacts.readTyped(id, 'cells', 'int32', 1, 1)).toEqual(Int32Array.of(8));
    expect(new TextDecoder().decode(artifacts.read(id, 'page', 1, 4))).toBe('html');
    expect(artifacts.read(id, 'nothing')).toHaveLength(0);
    artifacts.verify(id);
  });

  it('is invisible before it is committed', () => {
    const draft = project.artifacts.draft(planOf());
    draft.blob('content', 'x');
    expect(project.artifacts.list()).toEqual([]);
    expect(new TextDecoder().decode(draft.read('content'))).toBe('"x"');
    draft.commit({});
    expect(project.artifacts.list()).toHaveLength(1);
  });

  it('has an id that its content, recipe and inputs decide, and neither title, time nor order of writing', async () => {
    const base = store();
    expect(store({ title: 'another title' }).id).toBe(base.id);
    expect(project.artifacts.list()).toHaveLength(1);
    const others = [
      store({ config: { input: 'other.h5ad' } }),
      store({ stepVersion: 2 }),
      store({ kind: 'prior' }),
      store({ inputs: [base.id] }),
      store({}, { hello: 'mars' }),
    ];
    expect(new Set([base.id, ...others.map(({ id }) => id)]).size).toBe(6);
    const ids = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((names) => {
      const draft = project.artifacts.draft(planOf({ kind: 'layout' }));
      for (const name of names) draft.blob(name, name);
      return draft.commit({}).id;
    });
    expect(ids[0]).toBe(ids[1]);
  });

  it('is found again by its recipe, the newest first', () => {
    const recipe = planOf({ config: { b: 2, a: [1, { d: 4, c: 3 }] } });
    expect(project.artifacts.findExisting(recipe)).toBeNull();
    store(recipe, 'first');
    const second = store(recipe, 'second');
    const reordered = { ...recipe, config: { a: [1, { c: 3, d: 4 }], b: 2, later: undefined } };
    expect(project.artifacts.findExisting(reordered)?.id).toBe(second.id);
    expect(project.artifacts.findExisting({ ...recipe, stepVersion: 2 })).toBeNull();
  });

  it('knows what it was made from', () => {
    const dataset = store();
    const vocabulary = store({ kind: 'vocabulary', inputs: [dataset.id] });
    const tokens = store({ kind: 'tokens', inputs: [dataset.id, vocabulary.id, dataset.id] });
    expect(project.artifacts.ancestry(tokens.id).map(({ id }) => id)).toEqual([dataset.id, vocabulary.id]);
    expect(project.artifacts.dependents(dataset.id).map(({ id }) => id)).toEqual([vocabulary.id, tokens.id]);
    expect(project.artifacts.list({ kind: 'tokens' }).map(({ id }) => id)).toEqual([tokens.id]);
  });

  it('is not deleted while another was made from it', async () => {
    const dataset = store();
    const tokens = store({ kind: 'tokens', title: 'tokens of pbmc', inputs: [dataset.id] });
    expect(await thrownBy(() => project.artifacts.delete(dataset.id))).toMatchObject({
      code: 'conflict',
      message: 'pbmc: "tokens of pbmc" was made from it; delete that first, or everything together.',
    });
    project.artifacts.delete(tokens.id, { why: 'wrong profile' });
    project.artifacts.delete(dataset.id);
    expect(project.artifacts.list()).toEqual([]);
    expect(await thrownBy(() => project.artifacts.read(dataset.id, 'content'))).toMatchObject({ code: 'not-found' });
    expect(project.audit.entries().map(({ what, why }) => [what, why])).toEqual([
      ['dataset made', null],
      ['tokens made', null],
      ['tokens deleted', 'wrong profile'],
      ['dataset deleted', null],
    ]);
  });

  it('is deleted together with all that was made from it, and with what was set about them', async () => {
    const other = store({ title: 'other', config: { input: 'other.h5ad' } });
    const dataset = store();
    const vocabulary = store({ kind: 'vocabulary', title: 'vocabulary', inputs: [dataset.id] });
    const tokens = store({ kind: 'tokens', title: 'tokens', inputs: [dataset.id, vocabulary.id] });
    const ranking = store({ kind: 'ranking', title: 'ranking', inputs: [tokens.id, other.id] });
    expect(project.artifacts.descendants(dataset.id).map(({ title }) => title)).toEqual([
      'ranking',
      'tokens',
      'vocabulary',
    ]);
    expect(project.artifacts.storedBytes(ranking.id)).toBeGreaterThan(0);
    const shortlist = { genes: [{ geneId: 'ENSG1', symbol: 'SPI1' }], plates: PlateConfig.parse({}) };
    for (const { id } of [ranking, other]) writeShortlist(project, id, shortlist);

    expect(project.artifacts.delete(dataset.id, { withDependents: true, why: 'consent withdrawn' })).toEqual(
      [ranking, tokens, vocabulary, dataset].map(({ id }) => id),
    );
    expect(project.artifacts.list().map(({ title }) => title)).toEqual(['other']);
    expect(project.artifacts.storedBytes(ranking.id)).toBe(0);
    expect(readShortlist(project, ranking.id).genes).toEqual([]);
    expect(readShortlist(project, other.id)).toEqual(shortlist);
    expect(
      project.audit
        .entries()
        .slice(-4)
        .map(({ what, why, details }) => [what, why, details.with ?? null]),
    ).toEqual([
      ['ranking deleted', 'consent withdrawn', dataset.id],
      ['tokens deleted', 'consent withdrawn', dataset.id],
      ['vocabulary deleted', 'consent withdrawn', dataset.id],
      ['dataset deleted', 'consent withdrawn', null],
    ]);
  });

  it('is refused when an input is not there, and leaves nothing', async () => {
    const draft = project.artifacts.draft(
      planOf({ inputs: [store().id.replaceAll(/./g, 'a') as ArtifactManifest['id']] }),
    );
    draft.blob('content', 'x');
    expect(await thrownBy(() => draft.commit({}))).toMatchObject({ code: 'not-found' });
    expect(project.artifacts.list()).toHaveLength(1);
  });

  it('is refused when a blob was not finished, written twice, or is asked for under a wrong name or type', async () => {
    const draft = project.artifacts.draft(planOf());
    const writer = draft.blobWriter('a');
    expect(await thrownBy(() => draft.blob('a', 1))).toMatchObject({ code: 'conflict' });
    const open = project.artifacts.draft(planOf());
    open.blobWriter('a').write(new Uint8Array(3));
    expect(await thrownBy(() => open.commit({}))).toMatchObject({ code: 'internal' });
    writer.finish();
    expect(await thrownBy(() => writer.write(new Uint8Array(1)))).toMatchObject({ code: 'internal' });
    const { id } = store({}, new Uint8Array(3));
    expect(await thrownBy(() => project.artifacts.readTyped(id, 'content', 'float32'))).toMatchObject({
      code: 'data-format',
    });
    expect(await thrownBy(() => project.artifacts.readJson(id, 'content'))).toMatchObject({ code: 'data-format' });
    expect(await thrownBy(() => project.artifacts.read(id, 'nope'))).toMatchObject({ code: 'not-found' });
    expect(await thrownBy(() => project.artifacts.get('f'.repeat(64)))).toMatchObject({ code: 'not-found' });
  });
});

describe('a draft', () => {
  it('is gone when it is discarded or its process closes the project', async () => {
    const draft = project.artifacts.draft(planOf());
    draft.blob('content', new Uint8Array(3_000_000));
    draft.discard();
    expect(await thrownBy(() => draft.commit({}))).toMatchObject({ code: 'conflict' });
    project.artifacts.draft(planOf()).blob('content', 'left behind');
    project.close();
    project = track(await Project.open(file(), { passphrase: PASSPHRASE }));
    expect(project.artifacts.list()).toEqual([]);
  });

  it('is discarded with all others that this process began', async () => {
    const left = project.artifacts.draft(planOf());
    left.blob('content', new Uint8Array(3_000_000));
    const kept = store();
    project.artifacts.discardDrafts();
    expect(await thrownBy(() => left.commit({}))).toMatchObject({ code: 'conflict' });
    expect(project.artifacts.list().map(({ id }) => id)).toEqual([kept.id]);
  });

  it('of another opener survives that the project is opened', async () => {
    const other = track(await Project.open(file(), { dataKey: project.dataKey }));
    const draft = other.artifacts.draft(planOf());
    draft.blob('content', 'x');
    track(await Project.open(file(), { dataKey: project.dataKey }));
    const { id } = draft.commit({});
    expect(project.artifacts.readJson(id, 'content')).toBe('x');
  });
});
